import type { RunState } from '../checkpoint/run-state.ts';
import type { Variable } from '../tape/index.ts';
import { isOwnRate, type StateParts } from './state-parts.ts';

/** What learning rates are multiplied by, and exploration, at an iteration. */
export interface Rates {
  readonly learningRate: number;
  /** The exploration rate and the temperature. */
  readonly exploration: readonly [number, number];
}

/** What a run's settings say of its state once so many iterations are done. */
export interface Course {
  ratesAt(iterations: number): Rates;
  /** How often a variable has been written by then. */
  writesAfter(iterations: number, variable: Variable): number;
}

/**
 * A rate on the device is a linear schedule in float32, which rounds nine times by at most 2^-24 of the largest rate: count,
 * 1 / steps, their product, the way, its share, the start, the sum, the rate that it is a factor of, and their product.
 */
const rateError = 9 * 2 ** -24;

/**
 * Holds a state that comes from outside against what the run's settings give at its iteration: learning rates, the
 * exploration rate, and how often networks have been updated.
 * @param state one whose arrays are those of the run
 * @throws Error that names what differs
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
  const checkCount = (what: string, variable: Variable, found: number) => {
    const expected = course.writesAfter(step, variable);
    if (adopted || found === expected) return;
    throw new Error(`its ${what} is ${found}, but after ${step} iterations of this run it is ${expected}.`);
  };
  checkRate('exploration rate', exploration[0], rates.exploration[0], 1);
  for (const { network, optimizer } of learner.networks) {
    const kept = new Map(state.networks[network.name].optimizer.map(({ name, data }) => [name, data[0]]));
    const at = `${network.name}/optimizer`;
    checkCount(`${at}/updates`, optimizer.updates, Number(kept.get('updates')));
    const { learningRate } = optimizer;
    if (!learningRate) continue;
    const name = Object.keys(optimizer.state).find((key) => optimizer.state[key] === learningRate.variable);
    const expected = learningRate.base * rates.learningRate;
    checkRate(`${at}/${name}`, Number(kept.get(name ?? '')), expected, learningRate.base);
  }
  for (const variable of learner.variables) {
    const found = state.objective.find(({ name }) => name === variable.name)?.data[0];
    if (variable.name.endsWith('/updates')) checkCount(`objective/${variable.name}`, variable, Number(found));
    if (isOwnRate(variable)) {
      const [rate] = [...(variable.initial ?? [])];
      checkRate(`objective/${variable.name}`, Number(found), rate, 0);
    }
  }
}
