/** Optimisers in plain loops of float64, written from the formulas: what the recorded ones are compared with. */

type Vectors = number[][];
type PlainPiece = (direction: Vectors, parameters: Vectors, count: number) => Vectors;

/** @returns a function of gradients, parameters and the number of updates so far that gives the new parameters */
export function plainChain(...pieces: readonly PlainPiece[]) {
  return (gradients: Vectors, parameters: Vectors, count: number): Vectors => {
    const direction = pieces.reduce((before, piece) => piece(before, parameters, count), gradients);
    return parameters.map((part, i) => part.map((p, k) => p - direction[i][k]));
  };
}

export const plainRate =
  (rate: (count: number) => number): PlainPiece =>
  (direction, _, count) =>
    direction.map((part) => part.map((d) => rate(count) * d));

export const plainDecay =
  (decay: number): PlainPiece =>
  (direction, parameters) =>
    direction.map((part, i) => part.map((d, k) => d + decay * parameters[i][k]));

/** @param together whether the norm is that of all parameters, or each one's own */
export const plainClip =
  (norm: number, together: boolean): PlainPiece =>
  (direction) => {
    const whole = Math.hypot(...direction.flat());
    return direction.map((part) => {
      const length = together ? whole : Math.hypot(...part);
      return part.map((d) => (length > norm ? (d * norm) / length : d));
    });
  };

export function plainMomentum(momentum: number, nesterov: boolean): PlainPiece {
  let velocity: Vectors | undefined;
  return (direction) => {
    const before = velocity ?? direction.map((part) => part.map(() => 0));
    const now = direction.map((part, i) => part.map((d, k) => momentum * before[i][k] + d));
    velocity = now;
    return nesterov ? direction.map((part, i) => part.map((d, k) => d + momentum * now[i][k])) : now;
  };
}

export function plainAdam(beta1: number, beta2: number, epsilon: number): PlainPiece {
  let first: Vectors | undefined;
  let second: Vectors | undefined;
  return (direction, _, count) => {
    const zeros = direction.map((part) => part.map(() => 0));
    const [m0, v0] = [first ?? zeros, second ?? zeros];
    const m = direction.map((part, i) => part.map((g, k) => beta1 * m0[i][k] + (1 - beta1) * g));
    const v = direction.map((part, i) => part.map((g, k) => beta2 * v0[i][k] + (1 - beta2) * g * g));
    [first, second] = [m, v];
    const t = count + 1;
    return m.map((part, i) =>
      part.map((each, k) => each / (1 - beta1 ** t) / (Math.sqrt(v[i][k] / (1 - beta2 ** t)) + epsilon)),
    );
  };
}

/** The average after each update, of parameters after each. */
export function plainAverage(decay: number, start: Vectors, parameters: readonly Vectors[]): Vectors[] {
  let average = start;
  return parameters.map((now) => {
    average = average.map((part, i) => part.map((a, k) => decay * a + (1 - decay) * now[i][k]));
    return average;
  });
}
