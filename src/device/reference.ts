import type {
  Address,
  KernelStep,
  Operand,
  Plan,
  ReferenceContext,
  ReferenceKernel,
  ReferenceKernels,
} from '../plan/index.ts';
import { planBytes } from '../plan/index.ts';
import { elementCount, type Variable } from '../tape/index.ts';
import { checkElementCount } from './check-write.ts';
import type { Device, Executable } from './device.ts';
import { DeviceLimitError, smallerAdvice } from './errors.ts';
import { checkConstants, nonFiniteError } from './finite.ts';
import { createLife, destroyedByProgram, type Life } from './life.ts';
import { createUse } from './release.ts';

/** The most float64 numbers of a plan and its variables: 16 GiB, and within every engine's limit for one array. */
const maxNumbers = 2 ** 31;

/**
 * Opens a device that runs plans as plain loops in float64, one kernel after the other: the oracle of tests, and what
 * `gradcheck` runs on, since differences in float32 are too noisy to judge a derivative by. It is slow.
 */
export function openReferenceDevice(): Device {
  const variables = new Map<Variable, Float64Array>();
  const counts = { launches: 0, submits: 0, bindGroups: 0, buffers: 0, pipelines: 0, bytes: 0 };

  const life = createLife();
  const numbersOf = (variable: Variable): Float64Array => {
    let numbers = variables.get(variable);
    if (!numbers) {
      numbers = variable.initial ? Float64Array.from(variable.initial) : new Float64Array(elementCount(variable.shape));
      variables.set(variable, numbers);
      counts.buffers++;
      counts.bytes += numbers.byteLength;
    }
    return numbers;
  };

  return {
    kind: 'reference',
    description: 'float64 loops in JavaScript',
    counts,
    async prepare(plan) {
      life.check();
      const { referenceKernels } = await import('../../kernels/reference.ts');
      return prepare(plan, referenceKernels, numbersOf, life, counts);
    },
    write(variable, data) {
      life.check();
      checkElementCount(variable, data);
      numbersOf(variable).set(data);
    },
    async read(variable) {
      life.check();
      return numbersOf(variable).slice();
    },
    holds: (variable) => variables.has(variable),
    forget(variable) {
      const numbers = variables.get(variable);
      if (!numbers) return;
      variables.delete(variable);
      counts.buffers--;
      counts.bytes -= numbers.byteLength;
    },
    finish: async () => life.check(),
    destroy() {
      life.end(destroyedByProgram('reference'));
      variables.clear();
    },
  };
}

function prepare<Outputs extends string>(
  plan: Plan<Outputs>,
  kernels: ReferenceKernels,
  numbersOf: (variable: Variable) => Float64Array,
  life: Life,
  counts: { launches: number; buffers: number; bytes: number },
): Executable<Outputs> {
  life.check();
  const { arena: arenaBytes, variables: variableBytes } = planBytes(plan);
  const numbers = (arenaBytes + variableBytes) / 4;
  if (numbers > maxNumbers) {
    throw new DeviceLimitError(
      `reference device: the plan needs ${8 * numbers} bytes in float64; it takes at most ${8 * maxNumbers}. ${smallerAdvice}`,
    );
  }
  // One number for each four bytes of the plan's arena, so that tensors overlap here as on other devices.
  const arena = new Float64Array(plan.arenaBytes / 4);
  for (const { byteOffset, data } of plan.constants) arena.set(data, byteOffset / 4);
  counts.buffers++;
  counts.bytes += arena.byteLength;

  const viewOf = (address: Address, length: number): Float64Array => {
    const memory = address.space === 'arena' ? arena : numbersOf(address.variable);
    return memory.subarray(address.byteOffset / 4, address.byteOffset / 4 + length);
  };
  const use = createUse(life, Object.keys(plan.outputs));
  const views = new Map<Operand, Float64Array>();
  const context: ReferenceContext = {
    array(operand) {
      let view = views.get(operand);
      if (!view) {
        view = viewOf(operand.address, elementCount(operand.shape));
        views.set(operand, view);
      }
      return view;
    },
    firstRow: ({ rows }) => (rows ? viewOf(rows.window, 2)[0] : 0),
    rowCount: ({ rows, shape }) => (rows ? viewOf(rows.window, 2)[1] : (shape[0] ?? 1)),
  };

  const runStep = (step: KernelStep) => {
    counts.launches++;
    (kernels[step.kernel] as ReferenceKernel<KernelStep['kernel']>)(step, context);
  };
  const runOnce = (run: (step: KernelStep) => void) => {
    for (const entry of plan.steps) {
      if (entry.kind === 'kernel') run(entry.step);
      else {
        const { window, max, body } = entry.loop;
        for (let i = 0; i < max && viewOf(window, 2)[1] > 0; i++) body.forEach(run);
      }
    }
  };

  return {
    plan,
    launches: plan.steps.reduce(
      (sum, entry) => sum + (entry.kind === 'kernel' ? 1 : entry.loop.body.length * entry.loop.max),
      0,
    ),
    run(times = 1) {
      use.checkTimes(times);
      for (let i = 0; i < times; i++) runOnce(runStep);
    },
    async read(output) {
      use.checkOutput(output);
      return context.array(plan.outputs[output]).slice();
    },
    async runChecked() {
      use.check();
      checkConstants(plan);
      runOnce((step) => {
        // Copies, since a step may overwrite its inputs.
        const inputs = step.kernel === 'fused' ? step.inputs.map((input) => context.array(input).slice()) : undefined;
        runStep(step);
        [...step.outputs, ...step.writes].forEach((made, output) => {
          expectFinite(step, made, output, context, inputs);
        });
      });
    },
    release() {
      if (!use.end()) return;
      counts.buffers--;
      counts.bytes -= arena.byteLength;
      views.clear();
    },
  };
}

/** @throws if a number in the operand's used rows is not finite */
function expectFinite(
  step: KernelStep,
  operand: Operand,
  output: number,
  context: ReferenceContext,
  inputs?: readonly Float64Array[],
): void {
  if (operand.dtype !== 'f32') return;
  const width = elementCount(operand.shape.slice(1));
  const first = context.firstRow(operand) * width;
  const numbers = context.array(operand).subarray(first, first + context.rowCount(operand) * width);
  const place = numbers.findIndex((value) => !Number.isFinite(value));
  if (place >= 0) throw nonFiniteError(step, { output, element: first + place, value: numbers[place] }, inputs);
}
