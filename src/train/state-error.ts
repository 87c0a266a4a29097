/** A run cannot continue from a state: it belongs to other networks or another seed, or is damaged. */
export class StateError extends Error {
  override readonly name = 'StateError';
}
