import type { Enumeration, Environment } from '../../src/environment/environment.ts';
import { featureObservation } from '../../src/environment/observation.ts';

const LETTERS = 'ab';

/**
 * Strings of two letters built from either end (String QM9 in small), for what the shipped environments lack.
 * Actions 0 and 1 append a or b, actions 2 and 3 prepend them; on the empty string both ends are the same, so that
 * two actions lead to one child. Backward action 0 removes the last letter, 1 the first; both are always allowed.
 * Features instead of tokens, methods of a class instead of closures, and no shader.
 *
 * The row is: first letter, second letter (-1 for none), number of letters.
 */
class PairsEnvironment implements Environment {
  readonly name = 'pairs';
  readonly options = {};
  readonly stateSize = 3;
  readonly actionCount = 4;
  readonly backwardActionCount = 2;
  readonly maxSteps = 2;
  readonly horizon = 3;
  readonly observation = featureObservation({
    width: 2,
    encode(state, features) {
      features[0] = state[0] / 2;
      features[1] = state[2];
    },
  });
  readonly enumeration: Enumeration = {
    // The empty string, a, b.
    stateCount: 3,
    objectCount: 4,
    stateAt(index, state) {
      state.set(index === 0 ? [-1, -1, 0] : [index - 1, -1, 1]);
    },
    indexOf: (state: Int32Array) => state[0] + 1,
    objectAt(index, state) {
      state.set([index >> 1, index & 1, 2]);
    },
    objectIndexOf: (state) => state[0] * 2 + state[1],
  };

  initial(state: Int32Array): void {
    state.set([-1, -1, 0]);
  }
  isTerminal(state: Int32Array): boolean {
    return state[2] === this.maxSteps;
  }
  forwardMask(state: Int32Array, mask: Int32Array): void {
    mask.fill(this.isTerminal(state) ? 0 : 1);
  }
  step(state: Int32Array, action: number): void {
    const letter = action % 2;
    if (state[2] === 0) state[0] = letter;
    else if (action < 2) state[1] = letter;
    else {
      state[1] = state[0];
      state[0] = letter;
    }
    state[2] += 1;
  }
  backwardMask(state: Int32Array, mask: Int32Array): void {
    mask.fill(state[2] > 0 ? 1 : 0);
  }
  backwardStep(state: Int32Array, backwardAction: number): void {
    if (state[2] === 2 && backwardAction === 1) state[0] = state[1];
    if (state[2] === 1) state[0] = -1;
    state[1] = -1;
    state[2] -= 1;
  }
  backwardAction(_state: Int32Array, action: number): number {
    return action < 2 ? 0 : 1;
  }
  forwardAction(state: Int32Array, backwardAction: number): number {
    return backwardAction === 0 ? state[state[2] - 1] : 2 + state[0];
  }
  text(state: Int32Array): string {
    return [state[0], state[1]].map((letter) => LETTERS[letter] ?? '').join('');
  }
  parse(text: string, state: Int32Array): void {
    if (!/^[ab]{0,2}$/.test(text)) throw new Error(`"${text}" is no pair of letters.`);
    this.initial(state);
    for (const letter of text) this.step(state, LETTERS.indexOf(letter));
  }
}

export function pairsEnvironment(): Environment {
  return new PairsEnvironment();
}
