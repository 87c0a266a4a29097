/** The index of an allowed entry of `mask`, drawn in proportion to `weights`, or -1 if none is allowed. */
export function drawAllowed(mask: Int32Array, weights: ArrayLike<number>, random: () => number): number {
  let total = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i] !== 0) total += weights[i];
  let rest = random() * total;
  let chosen = -1;
  for (let i = 0; i < mask.length && rest >= 0; i++) {
    if (mask[i] === 0) continue;
    chosen = i;
    rest -= weights[i];
  }
  return chosen;
}
