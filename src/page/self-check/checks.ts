import { type Device, openReferenceDevice } from '../../device/index.ts';
import { compareDevices, gradcheck } from '../../gradcheck/index.ts';
import { deviation } from '../../gradcheck/relative-error.ts';
import { entPpo, randomStreams } from '../../objective/index.ts';
import { gradient, multiply, randomBits, sum } from '../../ops/index.ts';
import { hypergrid } from '../../problems/hypergrid/environment.ts';
import { hypergridReward } from '../../problems/hypergrid/reward.ts';
import { uniformStream } from '../../random/threefry.ts';
import { createTape, elementCount } from '../../tape/index.ts';
import { messageOf } from '../../text/message-of.ts';
import { createTrainer } from '../../train/index.ts';
import { prepareSampling } from '../../train/iteration.ts';
import type { SelfCheck } from '../protocol.ts';
import { type Formula, formulas, inputsOf } from './formulas.ts';

/** The result of a check: its largest error. @throws the failure, if it found no number */
export interface Check {
  readonly name: string;
  readonly tolerance: number;
  run(device: Device): Promise<number>;
}

/**
 * All checks, in order.
 *
 * Gradients, in float64: derivatives that operations record against differences, which are good to about 1e-9 (see
 * `gradcheck`).
 *
 * A device against float64: relative to the root mean square of the numbers compared. float32 rounds at 6e-8, sums here
 * have at most 80 terms, and WGSL allows exp and tanh errors of about 1e-6, which gradients of gradients propagate:
 * 1e-4. Integers are compared exactly.
 */
export const checks: readonly Check[] = [
  ...formulas.map((formula, i) => gradientCheck(formula, i)),
  ...formulas.map((formula, i) => formulaCheck(formula, i)),
  {
    name: 'random bits, device against float64',
    tolerance: 0,
    async run(device) {
      const tape = createTape();
      const bits = randomBits(tape.constant('i32', [4], [7, 11, 13, 0]), 1001);
      return (await compareDevices(tape, { bits }, [device, openReferenceDevice()])).bits;
    },
  },
  rolloutCheck(),
  iterationCheck(),
  gradientOfIterationCheck(),
];

function gradientCheck(formula: Formula, index: number): Check {
  return {
    name: `${formula.name}, gradient`,
    tolerance: 1e-6,
    async run() {
      const values = inputsOf(formula, index);
      const inputs = formula.shapes.map((shape, i) => ({ shape, values: values[i] }));
      const { worst } = await gradcheck((tape, tensors) => formula.apply(tape, tensors), inputs, {
        tolerance: Number.POSITIVE_INFINITY,
        directions: 1,
      });
      return worst;
    },
  };
}

/** The function and its gradients, both on the device. */
function formulaCheck(formula: Formula, index: number): Check {
  return {
    name: `${formula.name}, device against float64`,
    tolerance: 1e-4,
    async run(device) {
      const tape = createTape();
      const values = inputsOf(formula, index);
      const inputs = formula.shapes.map((shape, i) => tape.constant('f32', shape, values[i]));
      const y = formula.apply(tape, inputs);
      const uniform = uniformStream(index, formula.shapes.length);
      const weights = Float32Array.from({ length: elementCount(y.shape) }, () => 2 * uniform() - 1);
      const gradients = gradient(sum(multiply(y, tape.constant('f32', y.shape, weights))), inputs);
      const outputs = { y, ...Object.fromEntries(gradients.map((each, i) => [`gradient ${i}`, each])) };
      return worstOf(await compareDevices(tape, outputs, [device, openReferenceDevice()], anyError));
    },
  };
}

const anyError = { tolerance: Number.POSITIVE_INFINITY };

function worstOf(errors: Readonly<Record<string, number>>): number {
  return Math.max(...Object.values(errors));
}

const size = { dimension: 2, side: 6 };
const problem = { environment: hypergrid(size), reward: hypergridReward({ ...size, difficulty: 'easy' }) };

/** Networks small enough for float64, with layers that are not multiples of a tile. */
const network = { hidden: [24, 20] };

/**
 * Actions are compared exactly, though an action may turn on the last bit of a logit. With this seed none does: float64
 * samples the same where parameters are off by up to a hundredth, each by a share of its own.
 */
const run = { batch: 12, seed: 3, network } as const;

function rolloutCheck(): Check {
  return {
    name: 'trajectories sampled on a grid, device against float64',
    tolerance: 1e-4,
    async run(device) {
      const [found, expected] = await Promise.all(
        [device, openReferenceDevice()].map(async (on) => {
          const learner = entPpo().learner({ environment: problem.environment, ...run });
          const sampling = await prepareSampling(on, {
            ...{ problem, batch: run.batch, seed: run.seed, stream: randomStreams.rollout },
            policy: learner.networks[0],
          });
          return sampling.next();
        }),
      );
      const states = Array.from(expected.states);
      if (!states.every((value, i) => value === found.states[i])) {
        throw new Error('Other objects were sampled than in float64.');
      }
      return relativeError(found.logRatio, expected.logRatio);
    },
  };
}

/** Losses of K = 4 updates of the policy and 8 of the critic: each is off by some hundred roundings of numbers below 10. */
function iterationCheck(): Check {
  return {
    name: 'an iteration of Ent-PPO: its diagnostics, device against float64',
    tolerance: 1e-3,
    async run(device) {
      const [found, expected] = await Promise.all(
        [device, openReferenceDevice()].map(async (on) => {
          const options = { steps: 1, reportEvery: 1, ...run };
          const trainer = await createTrainer({ device: on, problem, objective: entPpo(), ...options });
          for await (const { diagnostics } of trainer) return diagnostics;
          throw new Error('Training ended without an iteration.');
        }),
      );
      const errors = Object.entries(expected).map(
        ([name, value]) => Math.abs(found[name] - value) / Math.max(1, Math.abs(value)),
      );
      return errors.every((error) => !Number.isNaN(error)) ? Math.max(...errors) : Number.POSITIVE_INFINITY;
    },
  };
}

/**
 * Gradients as an iteration leaves them in Adam's first moments, after one update of each network; further updates
 * would follow the signs of gradients near 0.
 */
function gradientOfIterationCheck(): Check {
  return {
    name: 'an iteration of Ent-PPO: its gradients, device against float64',
    tolerance: 1e-3,
    async run(device) {
      const objective = entPpo({ policyUpdates: 1, valueEpochs: 1, valueChunks: 1 });
      const [found, expected] = await Promise.all(
        [device, openReferenceDevice()].map(async (on) => {
          const trainer = await createTrainer({ device: on, problem, objective, steps: 1, reportEvery: 1, ...run });
          for await (const _ of trainer);
          const { networks } = await trainer.snapshot();
          await trainer.close();
          return Object.values(networks).flatMap(({ optimizer }) =>
            optimizer.filter(({ name }) => name === 'first-moment'),
          );
        }),
      );
      if (expected.length === 0) throw new Error('The iteration left no first moments to compare.');
      return Math.max(...expected.map(({ data }, i) => relativeError(found[i].data, data)));
    },
  };
}

/**
 * The largest difference, relative to the root mean square. Arrays without numbers prove nothing, and so do not agree
 * with anything.
 */
function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  return expected.length === 0 ? Number.POSITIVE_INFINITY : deviation(found, expected).error;
}

/** Runs a check, and returns its result or its failure. */
export async function runCheck({ name, tolerance, run }: Check, device: Device): Promise<SelfCheck> {
  try {
    const error = await run(device);
    // Not `error > tolerance`: a NaN error must not pass.
    const passed = error <= tolerance;
    const problem = `The largest error is ${error.toExponential(1)}; allowed is ${tolerance}.`;
    return { name, passed, error, tolerance, ...(passed ? {} : { problem }) };
  } catch (cause) {
    const problem = messageOf(cause);
    return { name, passed: false, error: Number.POSITIVE_INFINITY, tolerance, problem };
  }
}
