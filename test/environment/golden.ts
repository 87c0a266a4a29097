import type { Environment, Reward } from '../../src/index.ts';
import { randomFrom } from '../../src/random/random-from.ts';

/** What walks through an environment looked like, in the few characters that tell each of its numbers. */
export interface GoldenWalks {
  readonly stateSize: number;
  readonly actionCount: number;
  readonly backwardActionCount: number;
  readonly maxSteps: number;
  readonly horizon: number;
  /** Tokens of a state, and inputs of a network. */
  readonly observation: readonly [size: number, width: number];
  /** One line a step: see `lineOf`. */
  readonly walks: readonly (readonly string[])[];
}

/**
 * Random walks to an object and back to the initial state, one line for each state: its row, masks as hexadecimal digits,
 * its observation and number, the action taken there with the backward action that undoes it, or the bits of its reward.
 *
 * @param lingering whether the last action, a stop, is taken seldom
 */
export function goldenWalks(
  environment: Environment,
  reward: Reward,
  { walks = 6, seed = 7, lingering = false } = {},
): GoldenWalks {
  const random = randomFrom(seed);
  const { stateSize, actionCount, backwardActionCount, maxSteps, horizon, observation } = environment;
  const pick = (mask: Int32Array): number => {
    const allowed = [...mask.keys()].filter((action) => mask[action] !== 0);
    return allowed[Math.floor(random() * allowed.length)];
  };
  const taken = Array.from({ length: walks }, () => {
    const lines: string[] = [];
    const state = new Int32Array(stateSize).fill(-7);
    const forward = new Int32Array(actionCount).fill(-7);
    const backward = new Int32Array(backwardActionCount).fill(-7);
    environment.initial(state);
    while (!environment.isTerminal(state)) {
      environment.forwardMask(state, forward);
      environment.backwardMask(state, backward);
      let action = pick(forward);
      if (lingering && action === actionCount - 1 && random() < 0.8) action = pick(forward);
      const undone = environment.backwardAction(state, action);
      lines.push(`${lineOf(environment, state, forward, backward)} > ${action} < ${undone}`);
      environment.step(state, action);
    }
    environment.forwardMask(state, forward);
    environment.backwardMask(state, backward);
    const bits = new Int32Array(Float32Array.of(reward.logReward(state)).buffer)[0];
    lines.push(`${lineOf(environment, state, forward, backward)} = ${(bits >>> 0).toString(16)}`);
    for (; backward.includes(1); environment.backwardMask(state, backward)) {
      const action = pick(backward);
      const redone = environment.forwardAction(state, action);
      environment.backwardStep(state, action);
      lines.push(`< ${action} > ${redone}: ${state.join(' ')}`);
    }
    return lines;
  });
  const size: [number, number] = [observation.size, observation.width];
  return { ...{ stateSize, actionCount, backwardActionCount, maxSteps, horizon }, observation: size, walks: taken };
}

function lineOf(environment: Environment, state: Int32Array, forward: Int32Array, backward: Int32Array): string {
  const { observation, enumeration } = environment;
  const seen = observation.rows(1);
  observation.encode(state, seen);
  const terminal = environment.isTerminal(state);
  const number =
    'reason' in enumeration ? '-' : terminal ? enumeration.objectIndexOf(state) : enumeration.indexOf(state);
  return [state.join(' '), digits(forward), digits(backward), seen.join(' '), `#${number}`].join(' | ');
}

/** A mask as hexadecimal digits, the first action the highest bit; whatever is neither 0 nor 1 is a question mark. */
function digits(mask: Int32Array): string {
  const bits = Array.from(mask, (value) => (value === 0 || value === 1 ? value : '?')).join('');
  return bits.replace(/.{1,4}/g, (four) =>
    four.includes('?') ? '?' : Number.parseInt(four.padEnd(4, '0'), 2).toString(16),
  );
}
