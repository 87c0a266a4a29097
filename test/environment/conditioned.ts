import type { Condition, Environment, Problem, Reward } from '../../src/environment/environment.ts';
import { graphObservation } from '../../src/environment/observation.ts';
import { fragmentTrees } from '../../src/molecules/fragment-trees.ts';
import { fragmentVocabulary } from '../../src/molecules/fragments.ts';

/** A few small molecules: at most two of three fragments. */
export function fragmentProblem(maxFragments = 2): Problem {
  const vocabulary = fragmentVocabulary([
    ['CO', [0]],
    ['N', [0]],
    ['C1CC1', [0, 1]],
  ]);
  const environment = fragmentTrees({ vocabulary, maxFragments });
  const logReward = (object: Int32Array) => {
    const { atoms } = environment.moleculeOf(object);
    return atoms.length - 2 * atoms.filter(({ element }) => element === 'N').length;
  };
  return { environment, reward: { name: 'atoms', logReward }, moleculeOf: environment.moleculeOf };
}

/** The same problem with an inverse temperature for each trajectory, of which its reward is a power. */
export function conditionedProblem(
  { environment, reward }: Problem,
  levels = 5,
): Problem & { readonly condition: Condition } {
  const { observation, stateSize } = environment;
  if (observation.kind !== 'graph') throw new Error(`${environment.name} is not seen as graphs.`);
  const condition: Condition = { name: 'inverse temperature', index: stateSize, levels, low: 0.5, high: 2.5 };
  const step = (condition.high - condition.low) / (levels - 1);
  const part = (state: Int32Array) => state.subarray(0, stateSize);
  const conditioned: Environment = {
    ...environment,
    stateSize: stateSize + 1,
    condition,
    initial(state) {
      environment.initial(part(state));
      state[stateSize] = levels - 1;
    },
    isTerminal: (state) => environment.isTerminal(part(state)),
    forwardMask: (state, mask) => environment.forwardMask(part(state), mask),
    step: (state, action) => environment.step(part(state), action),
    backwardMask: (state, mask) => environment.backwardMask(part(state), mask),
    backwardStep: (state, action) => environment.backwardStep(part(state), action),
    backwardAction: (state, action) => environment.backwardAction(part(state), action),
    forwardAction: (state, action) => environment.forwardAction(part(state), action),
    text: (state) => `${environment.text(part(state))} at ${state[stateSize]}`,
    parse(text, state) {
      const [tree, level] = text.split(' at ');
      environment.parse?.(tree, part(state));
      state[stateSize] = Number(level);
    },
    observation: graphObservation({
      width: Math.max(observation.width, levels),
      layout: { ...observation.layout, thermometer: { bins: 4, low: 0, high: 3, from: condition.low, step } },
      encode(state, row) {
        observation.encode(part(state), row);
        row[2] = state[stateSize];
      },
    }),
  };
  const tempered: Reward = {
    name: `tempered ${reward.name}`,
    logReward: (object) => (condition.low + step * object[stateSize]) * reward.logReward(part(object)),
  };
  return { environment: conditioned, reward: tempered, condition };
}
