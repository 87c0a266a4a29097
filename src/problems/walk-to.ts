import type { Environment } from '../environment/environment.ts';

/**
 * Writes the state that actions reach from the initial one.
 * @param refuse the error for an action that is not allowed
 * @throws Error as `refuse` says
 */
export function walkTo(
  environment: Pick<Environment, 'actionCount' | 'stateSize' | 'initial' | 'forwardMask' | 'isTerminal' | 'step'>,
  actions: readonly number[],
  row: Int32Array,
  refuse: (action: number) => string,
): void {
  const mask = new Int32Array(environment.actionCount);
  const state = new Int32Array(environment.stateSize);
  environment.initial(state);
  for (const action of actions) {
    environment.forwardMask(state, mask);
    if (mask[action] !== 1) throw new Error(refuse(action));
    environment.step(state, action);
  }
  row.set(state);
}
