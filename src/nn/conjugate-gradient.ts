import { add, assign, divide, multiply, subtract, sum } from '../ops/index.ts';
import type { Tensor } from '../tape/index.ts';
import { variable } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';

/** Options of the search. */
export interface ConjugateGradientOptions {
  /** The number of search directions; each takes one product with the matrix. */
  readonly iterations: number;
  /** A prefix for the names of its variables. */
  readonly name?: string;
}

/** Added to denominators, which vanish once the residual does: the last iterations then change nothing. */
const denominatorFloor = 1e-8;

/**
 * Solves H x = b by conjugate gradients from x = 0 (Hestenes & Stiefel 1952; the form of Schulman et al., "Trust Region
 * Policy Optimization", 2015, appendix C), where H is symmetric, positive semidefinite and given only by its products
 * with vectors. With r = p = b at first, each iteration is
 *    a = r.r / (p.Hp + 1e-8);  x += a p;  r -= a Hp;  p = r + (r.r / (r.r before + 1e-8)) p. All iterations run, since
 *   the device is not asked how many are needed. If b is in H's range, so is x.
 *
 * The iterations are a loop on the tape, so that `product` is recorded once: it cannot be called in another loop, and
 * `product` may use derivatives only of tensors made before (see `tangent` and `pullback`).
 *
 * @param product H v for a flat vector v
 * @param b [n]
 * @returns x, [n]
 * @throws if the iterations are not a positive integer
 */
export function conjugateGradient(
  product: (v: Tensor) => Tensor,
  b: Tensor,
  options: ConjugateGradientOptions,
): Tensor {
  checkGiven('conjugateGradient', { product }, 'function');
  checkGiven('conjugateGradient', { b }, 'tensor');
  checkGiven('conjugateGradient', { options }, 'object');
  const { iterations, name = 'conjugate-gradient' } = options;
  const { tape, shape } = b;
  const vector = (what: string) => variable(`${name}/${what}`, 'f32', shape);
  const [solution, residual, direction] = [vector('solution'), vector('residual'), vector('direction')];
  const squares = variable(`${name}/residual-squares`, 'f32', [1]);
  // A window that always has a row: the loop ends after its maximum number of iterations.
  const window = variable(`${name}/window`, 'i32', [2], Int32Array.of(0, 1));
  assign(solution, tape.constant('f32', shape, new Float32Array(shape[0])));
  assign(residual, b);
  assign(direction, b);
  assign(squares, dot(b, b));

  tape.loop(name, iterations, window, () => {
    const p = tape.read(direction);
    const before = tape.read(squares);
    const image = product(p);
    const length = divide(before, add(dot(p, image), denominatorFloor));
    assign(solution, add(tape.read(solution), multiply(length, p)));
    const r = subtract(tape.read(residual), multiply(length, image));
    const after = dot(r, r);
    assign(direction, add(r, multiply(divide(after, add(before, denominatorFloor)), p)));
    assign(residual, r);
    assign(squares, after);
  });
  return tape.read(solution);
}

/** The inner product of two flat vectors, [1]. */
export function dot(a: Tensor, b: Tensor): Tensor {
  return sum(multiply(a, b), 0, true);
}
