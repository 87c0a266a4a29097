import { randomFrom } from '../random/random-from.ts';
import { initialStateOf } from './condition.ts';
import { backwardActions, type Subject, show } from './conformance-report.ts';
import { sameRow, variedWalk, type Walk } from './rows.ts';

/** The rules about whole trajectories. Returns the walks, so that others can use their states. */
export function checkWalks(subject: Subject, seed: number, count: number): Walk[] {
  const { environment, report } = subject;
  const walks: Walk[] = [];
  report.attempt('random walks', () => {
    const random = randomFrom(seed);
    for (let i = 0; i < count; i++) walks.push(variedWalk(environment, random));
  });
  for (const walk of walks) {
    checkEnd(subject, walk);
    report.attempt('undoing a walk', () => checkReplay(subject, walk));
  }
  report.attempt('backward walks', () => {
    const random = randomFrom(seed + 1);
    for (const walk of walks)
      if (walk.end === 'terminal') checkBackwardWalk(subject, stateOf(subject, walk, walk.actions.length), random);
  });
  report.attempt('walks with the same seed', () => {
    const random = randomFrom(seed);
    for (const walk of walks) {
      const again = variedWalk(environment, random);
      if (sameRow(walk.states, again.states) && sameRow(walk.actions, again.actions)) continue;
      report.add('repeatability', `Of two walks with the same random numbers, ${endsOf(subject, walk, again)}.`);
      break;
    }
  });
  return walks;
}

function checkEnd({ environment, report }: Subject, walk: Walk): void {
  const { stateSize, maxSteps } = environment;
  const last = show(environment, walk.states.subarray(walk.states.length - stateSize));
  if (walk.end === 'too long') {
    report.add('walk length', `After ${maxSteps} actions (maxSteps) a walk is at ${last}, which is not terminal.`);
  } else if (walk.end === 'dead end') {
    report.add('dead ends', `A walk ends at ${last}, which is not terminal and allows no action.`);
  }
}

function checkReplay(subject: Subject, walk: Walk): void {
  const { environment, report } = subject;
  const length = walk.actions.length;
  const state = stateOf(subject, walk, length);
  for (let t = length - 1; t >= 0; t--) {
    const before = stateOf(subject, walk, t);
    const action = walk.actions[t];
    const back = environment.backwardAction(before.slice(), action);
    const where = `Undoing action ${action} (step ${t} of a walk) at ${show(environment, state)}`;
    if (!backwardActions(environment, state).includes(back)) {
      report.add('retracing', `${where}: backward action ${back} is not allowed.`);
      return;
    }
    environment.backwardStep(state, back);
    if (!sameRow(state, before)) {
      report.add(
        'retracing',
        `${where} gives ${show(environment, state)}; the walk came from ${show(environment, before)}.`,
      );
      return;
    }
    if (environment.isTerminal(state.slice())) {
      report.add('retracing', `${where} gives a state that is terminal, in the middle of a walk.`);
    }
  }
}

function checkBackwardWalk({ environment, report }: Subject, object: Int32Array, random: () => number): void {
  const { stateSize, maxSteps } = environment;
  const initial = new Int32Array(stateSize);
  initialStateOf(environment, object, initial);
  const state = object.slice();
  for (let step = 0; step < maxSteps && !sameRow(state, initial); step++) {
    const actions = backwardActions(environment, state);
    if (actions.length === 0) break;
    environment.backwardStep(state, actions[Math.floor(random() * actions.length)]);
  }
  if (sameRow(state, initial)) return;
  const [from, to] = [show(environment, object), show(environment, state)];
  report.add(
    'backward walk',
    `A backward walk from ${from} ends at ${to}, not at the initial state, within ${maxSteps} actions (maxSteps).`,
  );
}

function endsOf({ environment }: Subject, ...walks: Walk[]): string {
  const ends = walks.map(({ states, actions }) => {
    const last = show(environment, states.subarray(states.length - environment.stateSize));
    return `${last} after the actions ${actions.join(', ')}`;
  });
  return `one ends at ${ends.join(' and the other at ')}`;
}

function stateOf({ environment }: Subject, walk: Walk, step: number): Int32Array {
  return walk.states.slice(step * environment.stateSize, (step + 1) * environment.stateSize);
}
