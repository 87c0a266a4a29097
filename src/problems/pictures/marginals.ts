import type { ObjectPictures } from '../../environment/environment.ts';

/** Objects as packed state rows, with weights; all equal by default. */
export interface CountedRows {
  readonly states: Int32Array;
  readonly stateSize: number;
  readonly weights?: Float64Array | undefined;
}

/**
 * The share of objects with each value at each position, [positions, values]; a value below 0 means none, so the shares
 * of a position may add up to less than 1.
 *
 * @param places how many of a row's first numbers to use
 */
export function marginalsOf({ states, stateSize, weights }: CountedRows, places: number, values: number): Float64Array {
  const count = states.length / stateSize;
  const shares = new Float64Array(places * values);
  for (let n = 0; n < count; n++) {
    const weight = weights ? weights[n] : 1 / count;
    for (let i = 0; i < places; i++) {
      const value = states[n * stateSize + i];
      if (value >= 0) shares[i * values + value] += weight;
    }
  }
  return shares;
}

/**
 * Objects of the learnt distribution: all of them with their probabilities if they can be enumerated, otherwise
 * samples.
 */
export function sampledRows(
  { exact, samples }: Parameters<ObjectPictures>[0],
  stateSize: number,
): CountedRows | undefined {
  if (exact) return { states: exact.states, stateSize, weights: exact.learnt };
  return samples && { states: samples, stateSize };
}
