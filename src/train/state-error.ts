/** A run cannot go on from a state: it is one of other networks, of another seed, or damaged. */
export class StateError extends Error {
  override readonly name = 'StateError';
}
