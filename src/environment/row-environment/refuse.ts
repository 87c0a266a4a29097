/** An error in a definition: its owner, and the problem. */
export function refuse(owner: string, problem: string): Error {
  return new Error(`The environment ${owner}: ${problem}`);
}

/** An error in a field, which does not know its owner yet. */
export function refuseField(kind: string, rule: string): Error {
  return new Error(`A field of ${kind} ${rule}.`);
}
