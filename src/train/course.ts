import type { RunState } from '../checkpoint/run-state.ts';
import type { Variable } from '../tape/index.ts';
import { isOwnRate, type StateParts } from './state-parts.ts';

/** The factor of learning rates, and the exploration settings, at an iteration. */
export interface Rates {
  readonly learningRate: number;
  /** The exploration rate and the temperature. */
  readonly exploration: readonly [number, number];
}

/** What a run's settings imply about its state after a number of iterations. */
export interface Course {
  ratesAt(iterations: number): Rates;
  /** How many times a variable has been written by then. */
  writesAfter(iterations: number, variable: Variable): number;
}

/**
 * A rate on the device is a linear schedule in float32, which rounds nine times by at most 2^-24 of the largest rate: count,
 * 1 / steps, their product, the way, its share, the start, the sum, the rate that it is a factor of, and their product.
 */
const rateError = 9 * 2 ** -24;

/**
 * Checks a state from outside against the run's settings at its iteration: learning rates, exploration rate, and the
 * networks' numbers of updates.
 * @param state a state with this run's arrays
 * @throws Error that names the difference
 */
export function checkCourse(
  { learner }: Pick<StateParts, 'learner'>,
  course: Course,
  state: RunState & { readonly adopted?: boolean | undefined },
): void {
  const { step, exploration, adopted = false } = state;
  const rates = course.ratesAt(step);
  const checkRate = (what: string, found: number, expected: number, scale: number) => {
    if (Math.abs(found - expected) <= rateError * scale) return;
    throw new Error(
      `its ${what} is ${found}, but at iteration ${step} the run's settings give ${Math.fround(expected)}. With the ` +
        'settings that it was reached with it goes on as it would have; `adopt` takes a state over to other settings.',
    );
  };
  const wrongCount = adopted ? undefined : countOffCourse({ learner }, course, state);
  if (wrongCount !== undefined) throw new Error(wrongCount);
  checkRate('exploration rate', exploration[0], rates.exploration[0], 1);
  for (const { network, optimizer } of learner.networks) {
    const { learningRate } = optimizer;
    if (!learningRate) continue;
    const name = Object.keys(optimizer.state).find((key) => optimizer.state[key] === learningRate.variable);
    const found = state.networks[network.name].optimizer.find((array) => array.name === name)?.data[0];
    const expected = learningRate.base * rates.learningRate;
    checkRate(`${network.name}/optimizer/${name}`, Number(found), expected, learningRate.base);
  }
  for (const variable of learner.variables) {
    const found = state.objective.find(({ name }) => name === variable.name)?.data[0];
    if (isOwnRate(variable)) {
      const [rate] = [...(variable.initial ?? [])];
      checkRate(`objective/${variable.name}`, Number(found), rate, 0);
    }
  }
}

/** The first update count that contradicts the number of iterations, in words; undefined if all are right. */
export function countOffCourse(
  { learner }: Pick<StateParts, 'learner'>,
  course: Course,
  { step, networks, objective }: RunState,
): string | undefined {
  const counts = [
    ...learner.networks.map(({ network, optimizer }) => ({
      what: `${network.name}/optimizer/updates`,
      variable: optimizer.updates,
      found: networks[network.name].optimizer.find(({ name }) => name === 'updates'),
    })),
    ...learner.variables
      .filter(({ name }) => name.endsWith('/updates'))
      .map((variable) => ({
        what: `objective/${variable.name}`,
        variable,
        found: objective.find(({ name }) => name === variable.name),
      })),
  ];
  for (const { what, variable, found } of counts) {
    const [count, expected] = [Number(found?.data[0]), course.writesAfter(step, variable)];
    if (count !== expected)
      return `its ${what} is ${count}, but after ${step} iterations of this run it is ${expected}.`;
  }
  return undefined;
}
