import { enumerationOf } from '../../environment/enumeration.ts';
import type { Environment, Problem } from '../../environment/environment.ts';
import { sameRow } from '../../environment/rows.ts';
import { logSumOfAllowed } from '../../metrics/allowed.ts';
import type { PolicyLogits } from '../../metrics/exact.ts';
import type { ExactTarget } from '../../metrics/target.ts';
import type { EdgeView, StateView } from '../protocol.ts';

/** A policy over the states of an environment that can be enumerated. */
export interface EnumeratedPolicy {
  /** The policy's iteration. */
  readonly step: number;
  readonly logitsOf: PolicyLogits;
  /** Logits of its backward policy, including at objects; absent if that is uniform. */
  readonly backwardLogitsOf?: PolicyLogits | undefined;
  /** As of `exactTerminalDistribution`. */
  readonly visited: Float64Array;
  readonly probability: Float64Array;
}

/**
 * A policy's view of a state: its edges, each with P_F, P_B and its residual, and its flow F(s) = Z P(a trajectory
 * visits s).
 *
 * For a perfect sampler with the backward policy P_B the flow over each edge is F(s) P_F(s'|s) = F(s') P_B(s|s'), with
 * F(x) = R(x) at objects, so that all residuals are 0. At an edge to an object with a single parent the residual is log
 * P(x) Z / R(x): how much too often the object is sampled.
 *
 * @param row the state; a trajectory's end as well as any state on the way
 * @throws Error if the row is not a state of the environment
 */
export async function viewState(
  problem: Problem,
  target: Pick<ExactTarget, 'logPartition'>,
  policy: EnumeratedPolicy,
  row: readonly number[],
): Promise<StateView> {
  const { environment, reward, actionText = (action) => `action ${action}`, endsInPlace = () => false } = problem;
  const state = stateOf(environment, row);
  const isObject = environment.isTerminal(state);
  const flows = logFlows(problem, target, policy);
  const children = isObject ? [] : successors(environment, state);
  const parents = predecessors(environment, state);

  const logForwardHere = isObject ? [] : await logForward(environment, policy.logitsOf, [state]);
  const logForwardAtParents = await logForward(
    environment,
    policy.logitsOf,
    parents.map(({ parent }) => parent),
  );
  const backwardOf = await logBackward(environment, policy.backwardLogitsOf, [
    state,
    ...children.map(({ child }) => child),
  ]);

  const edge = (from: Int32Array, to: Int32Array, action: number, chances: { forward: number; backward: number }) => ({
    action: actionText(action, to),
    forwardProbability: Math.exp(chances.forward),
    backwardProbability: Math.exp(chances.backward),
    residual: flows.through(from) + chances.forward - flows.into(to) - chances.backward,
  });
  const shown = (end: Int32Array) => ({ state: Array.from(end), text: environment.text(end) });
  const forward = children.map(({ child, action }, i): EdgeView => {
    const backward = backwardOf[i + 1][environment.backwardAction(child, action)];
    const { state: there, text } = shown(child);
    return {
      ...edge(state, child, action, { forward: logForwardHere[0][action], backward }),
      ...(endsInPlace(action) ? { text } : { state: there, text }),
    };
  });
  const backward = parents.map(({ parent, action, backwardAction }, i): EdgeView => {
    const chances = { forward: logForwardAtParents[i][action], backward: backwardOf[0][backwardAction] };
    return { ...edge(parent, state, action, chances), ...shown(parent) };
  });
  const end = isObject ? state : children.find(({ action }) => endsInPlace(action))?.child;
  return {
    ...shown(state),
    step: policy.step,
    ...(end ? { logReward: reward.logReward(end) } : {}),
    logFlow: flows.through(state),
    forward,
    backward,
  };
}

/** @throws Error if the row is not a state */
function stateOf(environment: Environment, row: readonly number[]): Int32Array {
  const { stateAt, indexOf, stateCount, objectAt, objectIndexOf, objectCount } = enumerationOf(environment, 'A flow');
  const state = Int32Array.from(row);
  const isRow = row.length === environment.stateSize && row.every((value, i) => value === state[i]);
  if (isRow) {
    const isObject = environment.isTerminal(state);
    const number = isObject ? objectIndexOf(state) : indexOf(state);
    const found = new Int32Array(environment.stateSize);
    const isNumber = Number.isInteger(number) && number >= 0 && number < (isObject ? objectCount : stateCount);
    if (isNumber) (isObject ? objectAt : stateAt)(number, found);
    if (isNumber && sameRow(found, state)) return state;
  }
  throw new Error(`[${row.slice(0, 20).join(', ')}] is not a state of ${environment.name}.`);
}

/** Flows from the exact pass, and those for residuals: the reward at objects. */
function logFlows(
  { environment, reward }: Problem,
  { logPartition }: Pick<ExactTarget, 'logPartition'>,
  { visited, probability }: EnumeratedPolicy,
) {
  const { indexOf, objectIndexOf } = enumerationOf(environment, 'A flow');
  // A probability may underflow; its logarithm is then that of the smallest positive number.
  const logOf = (value: number) => Math.log(Math.max(value, Number.MIN_VALUE));
  const through = (state: Int32Array) =>
    logPartition + logOf(environment.isTerminal(state) ? probability[objectIndexOf(state)] : visited[indexOf(state)]);
  const into = (state: Int32Array) => (environment.isTerminal(state) ? reward.logReward(state) : through(state));
  return { through, into };
}

function successors(environment: Environment, state: Int32Array) {
  return allowed(environment.actionCount, (mask) => environment.forwardMask(state, mask)).map((action) => {
    const child = state.slice();
    environment.step(child, action);
    return { action, child };
  });
}

function predecessors(environment: Environment, state: Int32Array) {
  return allowed(environment.backwardActionCount, (mask) => environment.backwardMask(state, mask)).map(
    (backwardAction) => {
      const parent = state.slice();
      environment.backwardStep(parent, backwardAction);
      return { backwardAction, parent, action: environment.forwardAction(state, backwardAction) };
    },
  );
}

function allowed(count: number, write: (mask: Int32Array) => void): number[] {
  const mask = new Int32Array(count);
  write(mask);
  return Array.from(mask.keys()).filter((action) => mask[action] !== 0);
}

/** log P_F of each state's actions; actions that are not allowed have no meaning. */
async function logForward(environment: Environment, logitsOf: PolicyLogits, states: readonly Int32Array[]) {
  const { actionCount } = environment;
  const mask = new Int32Array(actionCount);
  const logits = await logitsOf(packed(environment, states), states.length);
  return states.map((state, row) => {
    environment.forwardMask(state, mask);
    const logSum = logSumOfAllowed(environment, state, mask, logits, row * actionCount);
    return Float64Array.from(mask, (_, action) => logits[row * actionCount + action] - logSum);
  });
}

/** log P_B of each state's backward actions. */
async function logBackward(
  environment: Environment,
  logitsOf: PolicyLogits | undefined,
  states: readonly Int32Array[],
) {
  const { backwardActionCount } = environment;
  const mask = new Int32Array(backwardActionCount);
  const uniform = new Float64Array(states.length * backwardActionCount);
  const logits = (await logitsOf?.(packed(environment, states), states.length)) ?? uniform;
  return states.map((state, row) => {
    environment.backwardMask(state, mask);
    // The initial state has no parents.
    if (!mask.includes(1)) return new Float64Array(backwardActionCount);
    const logSum = logSumOfAllowed(environment, state, mask, logits, row * backwardActionCount);
    return Float64Array.from(mask, (_, action) => logits[row * backwardActionCount + action] - logSum);
  });
}

function packed({ stateSize }: Environment, states: readonly Int32Array[]): Int32Array {
  const rows = new Int32Array(states.length * stateSize);
  states.forEach((state, i) => {
    rows.set(state, i * stateSize);
  });
  return rows;
}
