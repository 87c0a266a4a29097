import type { ObjectPictures } from '../../environment/environment.ts';

/** Objects as state rows, packed one behind the other, and how much each counts; all the same unless given. */
export interface CountedRows {
  readonly states: Int32Array;
  readonly stateSize: number;
  readonly weights?: Float64Array | undefined;
}

/**
 * The share of objects with each value at each place, [places, values]; a value below 0 stands for none, so that the
 * shares of a place may add up to less than 1.
 *
 * @param places the numbers at the beginning of a row that are looked at
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

/** Objects as they are sampled: all of them by how probable each is, where they can be enumerated, else samples. */
export function sampledRows(
  { exact, samples }: Parameters<ObjectPictures>[0],
  stateSize: number,
): CountedRows | undefined {
  if (exact) return { states: exact.states, stateSize, weights: exact.learnt };
  return samples && { states: samples, stateSize };
}
