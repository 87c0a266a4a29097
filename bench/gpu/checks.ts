import { type Device, openReferenceDevice } from '../../src/device/index.ts';
import { graphRow } from '../../src/environment/graph-layout.ts';
import { compareDevices, evaluate } from '../../src/gradcheck/index.ts';
import { deviation } from '../../src/gradcheck/relative-error.ts';
import { graphTransformer } from '../../src/nn/graph-transformer.ts';
import {
  compact,
  countNonFinite,
  distinctRows,
  gradient,
  multiply,
  scatterAddRows,
  sum,
  withRows,
} from '../../src/ops/index.ts';
import { type Check, checks as pageChecks } from '../../src/page/self-check/checks.ts';
import { uniformStream } from '../../src/random/threefry.ts';
import { createTape, elementCount, type Shape, type Tape, type Tensor } from '../../src/tape/index.ts';
import { kernelCases } from '../kernels/cases.ts';
import { graphRows, pathsAndRings, smallLayout } from './graphs.ts';

/**
 * Everything that is compared with float64 on a GPU: the page's self-check, every timed kernel, networks over graphs,
 * and the counts of rollouts and graphs. With `small`, checks that take long in float64 are left out.
 */
export function gpuChecks(small: boolean): readonly Check[] {
  const most = small ? 1e6 : Number.POSITIVE_INFINITY;
  return [
    // Gradients are checked there in float64, which is the same on every machine.
    ...pageChecks.filter(({ name }) => !name.endsWith(', gradient')),
    ...kernelCases.filter(({ flops, kernel }) => flops <= most && kernel !== 'adam').map(kernelCheck),
    graphCheck(),
    ...[100, 3000].flatMap((rows) => [scatterCheck(rows, 7), scatterCheck(rows, 2 * rows), distinctCheck(rows)]),
    countingCheck(),
  ];
}

/**
 * Relative to the root mean square of the compared numbers. float32 rounds at 6e-8; a sum of n numbers of either sign
 * is off by about sqrt(n) times that, a million of them by 6e-5.
 */
const tolerance = 1e-4;
const anyError = { tolerance: Number.POSITIVE_INFINITY };

function kernelCheck({ kernel, size, record }: (typeof kernelCases)[number]): Check {
  return {
    name: `${kernel}, ${size}`,
    tolerance,
    async run(device) {
      const tape = createTape();
      const output = record(tape);
      if (!output) throw new Error(`${kernel} gives nothing to compare.`);
      return (await compareDevices(tape, { output }, [device, openReferenceDevice()], anyError)).output;
    },
  };
}

function floats(tape: Tape, shape: Shape, stream: number): Tensor {
  const uniform = uniformStream(9, stream);
  return tape.constant(
    'f32',
    shape,
    Float32Array.from({ length: elementCount(shape) }, () => 2 * uniform() - 1),
  );
}

function integers(tape: Tape, count: number, limit: number, stream: number): Tensor {
  const uniform = uniformStream(9, stream);
  const numbers = Int32Array.from({ length: count }, () => Math.floor(limit * uniform()));
  return tape.constant('i32', [count], numbers);
}

async function worst(device: Device, tape: Tape, outputs: Readonly<Record<string, Tensor>>): Promise<number> {
  return Math.max(...Object.values(await compareDevices(tape, outputs, [device, openReferenceDevice()], anyError)));
}

/** With few rows, and with so many that a GPU sorts them. */
function scatterCheck(rows: number, into: number): Check {
  return {
    name: `scatterAddRows, ${rows} x 5 into ${into}`,
    tolerance,
    run(device) {
      const tape = createTape();
      const y = scatterAddRows(floats(tape, [rows, 5], 0), integers(tape, rows, into, 1), into);
      return worst(device, tape, { y });
    },
  };
}

function distinctCheck(rows: number): Check {
  return {
    name: `distinctRows, ${rows} x 1`,
    tolerance: 0,
    run(device) {
      const tape = createTape();
      const x = integers(tape, rows, rows / 3, 2);
      const { index, values, total } = distinctRows({ ...x, shape: [rows] });
      return worst(device, tape, { index, values, total });
    },
  };
}

function countingCheck(): Check {
  return {
    name: 'compact and countNonFinite, 3,000',
    tolerance: 0,
    run(device) {
      const tape = createTape();
      const { index, rank } = compact(integers(tape, 3000, 2, 3));
      const bits = Float32Array.from({ length: 3000 }, (_, i) => (i % 7 === 0 ? Number.POSITIVE_INFINITY : i));
      return worst(device, tape, { index, rank, found: countNonFinite(tape.constant('f32', [3000], bits)) });
    },
  };
}

/** A graph transformer and the gradients of its parameters: a mean over 40 graphs, whose numbers pass a dozen layers. */
function graphCheck(): Check {
  const network = graphTransformer({
    ...{ name: 'policy', layout: smallLayout, width: 32, layers: 2, heads: 2 },
    ...{ backward: true, graphOutputs: 2 },
  });
  return {
    name: 'graph transformer, 40 graphs, and its gradients',
    tolerance: 1e-3,
    async run(device) {
      const tape = createTape();
      const [count, { size }] = [40, graphRow(smallLayout)];
      const window = tape.constant('i32', [2], [0, count]);
      const observation = withRows(tape.constant('i32', [count, size], graphRows(pathsAndRings(count), smallLayout)), {
        ...{ capacity: count, max: count },
        window,
      });
      const parameters = network.parameters.map(({ shape }, i) => {
        const scale = tape.constant('f32', [1], [1 / Math.sqrt(shape[0])]);
        return multiply(floats(tape, shape, 10 + i), scale);
      });
      const y = network.apply(parameters, observation);
      const gradients = gradient(sum(multiply(y, floats(tape, y.shape, 4))), parameters);
      const outputs = { y, ...Object.fromEntries(gradients.map((each, i) => [`gradient ${i}`, each])) };
      const [found, right] = [
        await evaluate(device, tape, outputs),
        await evaluate(openReferenceDevice(), tape, outputs),
      ];
      // All gradients together: that of a number which a norm cancels is pure rounding.
      const all = (of: typeof found) =>
        Object.entries(of).flatMap(([name, numbers]) => (name === 'y' ? [] : [...numbers]));
      return Math.max(deviation(found.y, right.y).error, deviation(all(found), all(right)).error);
    },
  };
}
