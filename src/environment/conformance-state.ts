import { initialStateOf } from './condition.ts';
import { backwardActions, forwardActions, type Subject, show } from './conformance-report.ts';
import type { Environment } from './environment.ts';
import { sameRow } from './rows.ts';

// Marks entries that a function has yet to write: not a mask value, not a token, and not what a fresh array holds.
const UNWRITTEN = -7;

/** Every rule about a single state, its parents and its children. */
export function checkState(subject: Subject, state: Int32Array): void {
  const { environment, report } = subject;
  const where = show(environment, state);
  report.attempt(`the masks at ${where}`, () => checkMasks(subject, state));
  report.attempt(`actions at ${where}`, () => checkForwardThenBack(subject, state));
  report.attempt(`backward actions at ${where}`, () => checkBackThenForward(subject, state));
  report.attempt(`the stop action at ${where}`, () => checkStop(subject, state));
  report.attempt(`text of ${where}`, () => checkText(subject, state));
  report.attempt(`observation of ${where}`, () => checkObservation(subject, state));
  report.attempt(`log-reward of ${where}`, () => checkLogReward(subject, state));
}

function checkMasks({ environment, report }: Subject, state: Int32Array): void {
  const where = show(environment, state);
  const forwardMask = new Int32Array(environment.actionCount).fill(UNWRITTEN);
  const backwardMask = new Int32Array(environment.backwardActionCount).fill(UNWRITTEN);
  environment.forwardMask(state.slice(), forwardMask);
  environment.backwardMask(state.slice(), backwardMask);
  for (const [name, mask] of Object.entries({ forwardMask, backwardMask })) {
    const wrong = mask.findIndex((value) => value !== 0 && value !== 1);
    if (wrong < 0) continue;
    const found = mask[wrong] === UNWRITTEN ? 'nothing' : mask[wrong];
    report.add('mask values', `${name} at ${where} writes ${found} for action ${wrong}.`);
  }

  const forward = forwardActions(environment, state);
  const backward = backwardActions(environment, state);
  const initial = new Int32Array(environment.stateSize);
  initialStateOf(environment, state, initial);
  if (environment.isTerminal(state.slice())) {
    if (forward.length > 0) report.add('terminal states', `The terminal state ${where} allows action ${forward[0]}.`);
  } else if (forward.length === 0) {
    report.add('dead ends', `The non-terminal state ${where} allows no action.`);
  }
  if (!sameRow(state, initial)) {
    if (backward.length === 0)
      report.add('dead ends', `The state ${where} is not the initial one and allows no backward action.`);
  } else if (backward.length > 0) {
    report.add('initial state', `The initial state ${where} allows backward action ${backward[0]}.`);
  }
}

function checkStop({ environment, report }: Subject, state: Int32Array): void {
  const { stopAction } = environment;
  if (stopAction === undefined || environment.isTerminal(state.slice())) return;
  const where = show(environment, state);
  if (!forwardActions(environment, state).includes(stopAction)) {
    report.add('stop action', `The state ${where} does not allow action ${stopAction} (stopAction).`);
    return;
  }
  const child = state.slice();
  environment.step(child, stopAction);
  if (environment.isTerminal(child.slice())) return;
  report.add(
    'stop action',
    `At ${where}, action ${stopAction} (stopAction) leads to ${show(environment, child)}, which is not terminal.`,
  );
}

function checkForwardThenBack({ environment, report }: Subject, state: Int32Array): void {
  for (const action of forwardActions(environment, state)) {
    const child = state.slice();
    environment.step(child, action);
    const back = environment.backwardAction(state.slice(), action);
    const path = `At ${show(environment, state)}, action ${action} leads to ${show(environment, child)}`;
    if (!backwardActions(environment, child).includes(back)) {
      report.add('forward then back', `${path}, where backward action ${back}, said to undo it, is not allowed.`);
      continue;
    }
    const returned = child.slice();
    environment.backwardStep(returned, back);
    if (!sameRow(returned, state)) {
      const found = show(environment, returned);
      report.add('forward then back', `${path}, and backward action ${back} from there to ${found} instead.`);
    }
    const again = environment.forwardAction(child.slice(), back);
    if (again !== action && !(environment.upToSymmetry && leadsTo(environment, state, again, child))) {
      report.add('forward then back', `${path}; backward action ${back} there is said to undo action ${again}.`);
    }
  }
}

function checkBackThenForward({ environment, report }: Subject, state: Int32Array): void {
  const edges = new Map<string, number>();
  for (const back of backwardActions(environment, state)) {
    const parent = state.slice();
    environment.backwardStep(parent, back);
    const action = environment.forwardAction(state.slice(), back);
    const path = `At ${show(environment, state)}, backward action ${back} leads to ${show(environment, parent)}`;

    const edge = `${parent.join()} ${action}`;
    const other = edges.get(edge);
    if (other !== undefined && !environment.upToSymmetry) {
      const both = `backward actions ${other} and ${back}`;
      report.add(
        'distinct parents',
        `At ${show(environment, state)}, ${both} undo the same action ${action} of the same parent.`,
      );
    }
    edges.set(edge, back);

    if (!forwardActions(environment, parent).includes(action)) {
      report.add('back then forward', `${path}, where action ${action}, said to redo it, is not allowed.`);
      continue;
    }
    const returned = parent.slice();
    environment.step(returned, action);
    if (!sameRow(returned, state)) {
      const found = show(environment, returned);
      report.add('back then forward', `${path}, and action ${action} from there to ${found} instead.`);
    }
    const again = environment.backwardAction(parent.slice(), action);
    if (again !== back && !(environment.upToSymmetry && leadsBackTo(environment, state, again, parent))) {
      report.add(
        'back then forward',
        `${path}; action ${action} there is said to be undone by backward action ${again}.`,
      );
    }
  }
}

function leadsTo(environment: Environment, state: Int32Array, action: number, child: Int32Array): boolean {
  if (!forwardActions(environment, state).includes(action)) return false;
  const reached = state.slice();
  environment.step(reached, action);
  return sameRow(reached, child);
}

function leadsBackTo(environment: Environment, state: Int32Array, back: number, parent: Int32Array): boolean {
  if (!backwardActions(environment, state).includes(back)) return false;
  const reached = state.slice();
  environment.backwardStep(reached, back);
  return sameRow(reached, parent);
}

function checkText({ environment, report }: Subject, state: Int32Array): void {
  if (!environment.parse) return;
  const text = environment.text(state.slice());
  const read = new Int32Array(environment.stateSize).fill(UNWRITTEN);
  environment.parse(text, read);
  if (!sameRow(read, state)) {
    report.add(
      'text',
      `The state [${state.join(', ')}] has the text "${text}", which reads back as [${read.join(', ')}].`,
    );
  }
}

function checkObservation({ environment, report }: Subject, state: Int32Array): void {
  const { observation } = environment;
  const where = show(environment, state);
  const row = observation.rows(1).fill(observation.unwritten);
  observation.encode(state.slice(), row);
  const problem = observation.problemIn(row);
  if (problem !== undefined) report.add('observation', `Of ${where}, ${problem}.`);
}

function checkLogReward({ environment, reward, report }: Subject, state: Int32Array): void {
  if (reward === undefined || !environment.isTerminal(state.slice())) return;
  const first = reward.logReward(state.slice());
  const second = reward.logReward(state.slice());
  const where = show(environment, state);
  if (!Number.isFinite(first)) report.add('log-reward', `The log-reward of ${where} is ${first}.`);
  else if (first !== second)
    report.add('log-reward', `The log-reward of ${where} is ${first}, and asked again ${second}.`);
}
