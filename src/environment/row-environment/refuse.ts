/** An error of a definition: what is wrong with which part of whose. */
export function refuse(owner: string, problem: string): Error {
  return new Error(`The environment ${owner}: ${problem}`);
}

/** An error of a field, which does not know yet whose it is. */
export function refuseField(kind: string, rule: string): Error {
  return new Error(`A field of ${kind} ${rule}.`);
}
