import { enumerationOf } from '../../src/environment/enumeration.ts';
import type { Environment, Problem } from '../../src/environment/environment.ts';
import { variedWalk } from '../../src/environment/rows.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import type { Trajectories } from '../../src/rollout/index.ts';
import { type Tape, type Tensor, variable } from '../../src/tape/index.ts';

/** One step of a trajectory that nobody's policy took. */
export interface Step {
  readonly trajectory: number;
  readonly time: number;
  readonly state: Int32Array;
  readonly action: number;
  readonly child: Int32Array;
}

/** Random trajectories on the host, as rows by time, then by trajectory. */
export function walkSteps({ environment }: Problem, batch: number, seed: number): Step[] {
  const { stateSize } = environment;
  const random = randomFrom(seed);
  const steps = Array.from({ length: batch }, (_, trajectory) => {
    const { states, actions } = variedWalk(environment, random);
    const stateAt = (time: number) => states.slice(time * stateSize, (time + 1) * stateSize);
    return Array.from(
      actions,
      (action, time): Step => ({ trajectory, time, action, state: stateAt(time), child: stateAt(time + 1) }),
    );
  }).flat();
  return steps.sort((a, b) => a.time - b.time || a.trajectory - b.trajectory);
}

/** A mask that an environment writes, as a row of its own. */
export function maskAt(write: (state: Int32Array, mask: Int32Array) => void, state: Int32Array, width: number) {
  const mask = new Int32Array(width);
  write(state, mask);
  return mask;
}

/** What a network sees of a state. */
export function observe({ observation }: Environment, state: Int32Array): Int32Array | Float32Array {
  const row = observation.rows(1);
  observation.encode(state, row);
  return row;
}

/** The parents of a state, by backward action: what is seen of each, whether it exists, the action that leads back. */
export function parentsAt(environment: Environment, child: Int32Array) {
  const { backwardActionCount, observation } = environment;
  const allowed = maskAt(environment.backwardMask.bind(environment), child, backwardActionCount);
  const nothing = new Array<number>(environment.observation.size).fill(observation.kind !== 'features' ? -1 : 0);
  return Array.from(allowed, (bit, b) => {
    if (bit === 0) return { state: undefined, observation: nothing, allowed: 0, action: 0 };
    const state = child.slice();
    environment.backwardStep(state, b);
    return {
      state,
      observation: Array.from(observe(environment, state)),
      allowed: 1,
      action: environment.forwardAction(child, b),
    };
  });
}

/** The same trajectories as constants on a tape, with everything that a rollout can record. */
export function walksOnTape(tape: Tape, { environment, reward }: Problem, walked: readonly Step[]): Trajectories {
  const { actionCount, backwardActionCount, maxSteps: steps } = environment;
  const batch = 1 + Math.max(...walked.map(({ trajectory }) => trajectory));
  const size = environment.observation.size;
  const observed = environment.observation.kind !== 'features' ? 'i32' : 'f32';
  const rows = (dtype: 'f32' | 'i32', inner: readonly number[], of: (step: Step) => readonly number[]): Tensor =>
    tape.constant(dtype, [walked.length, ...inner], walked.flatMap(of));
  const forwardMask = environment.forwardMask.bind(environment);
  const backwardMask = environment.backwardMask.bind(environment);
  const parents = (step: Step) => parentsAt(environment, step.child);
  const rowOfGrid = new Array<number>(batch * steps).fill(-1);
  walked.forEach(({ time, trajectory }, row) => {
    rowOfGrid[time * batch + trajectory] = row;
  });
  const childMask = rows('i32', [backwardActionCount], ({ child }) => [
    ...maskAt(backwardMask, child, backwardActionCount),
  ]);
  return {
    batch,
    steps,
    observation: rows(observed, [size], ({ state }) => [...observe(environment, state)]),
    mask: rows('i32', [actionCount], ({ state }) => [...maskAt(forwardMask, state, actionCount)]),
    action: rows('i32', [], ({ action }) => [action]),
    logits: rows('f32', [actionCount], () => new Array(actionCount).fill(0)),
    logBackward: rows('f32', [], (step) => [-Math.log(parents(step).filter(({ allowed }) => allowed === 1).length)]),
    logReward: rows('f32', [], ({ child }) => [environment.isTerminal(child) ? reward.logReward(child) : 0]),
    trajectory: rows('i32', [], ({ trajectory }) => [trajectory]),
    gridIndex: rows('i32', [], ({ time, trajectory }) => [time * batch + trajectory]),
    rowOfGrid: tape.constant('i32', [batch * steps], rowOfGrid),
    objects: variable('objects', 'i32', [batch, environment.stateSize]),
    backward: {
      observation: rows(observed, [size], ({ child }) => [...observe(environment, child)]),
      mask: childMask,
      action: rows('i32', [], ({ state, action }) => [environment.backwardAction(state, action)]),
    },
    parents: {
      observation: rows(observed, [backwardActionCount, size], (step) =>
        parents(step).flatMap(({ observation }) => observation),
      ),
      mask: childMask,
      action: rows('i32', [backwardActionCount], (step) => parents(step).map(({ action }) => action)),
    },
  };
}

/** The perfect sampler for one backward policy. */
export interface Solution {
  readonly logPartition: number;
  /** log F(s). */
  logFlow(state: Int32Array): number;
  /** log F(s -> .), a number for each action; 0 for those that are not allowed. */
  logEdges(state: Int32Array): readonly number[];
  /** Logits of P_B at a child, terminal ones included. */
  backwardLogits(child: Int32Array): readonly number[];
}

/**
 * The flows F(s -> s') = F(s') P_B(s | s') of a backward policy whose logits are drawn from a seed, by one pass from the
 * objects back. `spread` 0 makes it uniform.
 */
export function solutionOf({ environment, reward }: Problem, spread: number, seed = 1): Solution {
  const { stateCount, objectCount, indexOf, objectIndexOf, stateAt } = enumerationOf(environment, 'a solution');
  const { actionCount, backwardActionCount, stateSize } = environment;
  const random = randomFrom(seed);
  const draw = (count: number) =>
    Array.from({ length: count }, () => Array.from({ length: backwardActionCount }, () => spread * (2 * random() - 1)));
  const [ofStates, ofObjects] = [draw(stateCount), draw(objectCount)];
  const backwardLogits = (child: Int32Array) =>
    environment.isTerminal(child) ? ofObjects[objectIndexOf(child)] : ofStates[indexOf(child)];
  const logFlow = new Array<number>(stateCount).fill(0);
  const edges: number[][] = [];
  for (let index = stateCount - 1; index >= 0; index--) {
    const state = new Int32Array(stateSize);
    stateAt(index, state);
    const mask = maskAt(environment.forwardMask.bind(environment), state, actionCount);
    edges[index] = Array.from(mask, (bit, action) => {
      if (bit === 0) return 0;
      const child = state.slice();
      environment.step(child, action);
      const arriving = environment.isTerminal(child) ? reward.logReward(child) : logFlow[indexOf(child)];
      const allowed = maskAt(environment.backwardMask.bind(environment), child, backwardActionCount);
      const logits = backwardLogits(child);
      const total = logits.reduce((sum, logit, b) => sum + allowed[b] * Math.exp(logit), 0);
      return arriving + logits[environment.backwardAction(state, action)] - Math.log(total);
    });
    logFlow[index] = Math.log(edges[index].reduce((sum, edge, action) => sum + mask[action] * Math.exp(edge), 0));
  }
  return {
    logPartition: logFlow[0],
    logFlow: (state) => logFlow[indexOf(state)],
    logEdges: (state) => edges[indexOf(state)],
    backwardLogits,
  };
}
