import type { Address, KernelStep, Launch, Operand, Plan, WebgpuContext } from '../../plan/index.ts';
import { elementCount, type Variable, variable } from '../../tape/index.ts';
import type { Numbers } from '../device.ts';
import { checkConstants, firstNonFinite, nonFiniteError } from '../finite.ts';
import type { Dispatch, Encoded } from './dispatches.ts';
import { loadKernels } from './kernels.ts';

/** The parts of an executable that a checked run needs. */
export interface CheckedParts {
  readonly plan: Plan;
  /** Variables that are freed with the plan; those of the checks are added. */
  readonly own: Variable[];
  readonly context: WebgpuContext;
  launchesOf(step: KernelStep): readonly Launch[];
  dispatchesOf(launches: readonly Launch[]): Promise<Dispatch[]>;
  submit(parts: readonly Encoded[], times: number): void;
  read(address: Address, count: number, dtype: Operand['dtype']): Promise<Numbers>;
}

/** Runs a plan step by step, checking every number; see `Executable.runChecked`. */
export function checkedRun({ plan, own, context, launchesOf, dispatchesOf, submit, read }: CheckedParts) {
  const bad = variable('numbers that are not finite', 'i32', [1]);
  own.push(bad);
  const checked = new Map<KernelStep, Promise<Dispatch[]>>();
  /** Launches of a single step. Memory for them is freed with the plan. */
  const ownLaunchesOf = (step: KernelStep) => {
    const launches = launchesOf(step);
    const used = launches.flatMap(({ bindings }) => bindings.map(({ address }) => address));
    for (const address of used) {
      if (address.space !== 'variable' || plan.variables.includes(address.variable)) continue;
      if (!own.includes(address.variable)) own.push(address.variable);
    }
    return launches;
  };
  const checkedDispatchesOf = (step: KernelStep) => {
    const known = checked.get(step) ?? dispatchesOf(ownLaunchesOf(step));
    checked.set(step, known);
    return known;
  };
  /** An operand's numbers, with 0 in unused rows. */
  const rowsInUse = async (operand: Operand): Promise<Numbers> => {
    const numbers = await readAll(operand);
    if (!operand.rows) return numbers;
    const [start, count] = await read(operand.rows.window, 2, 'i32');
    const width = elementCount(operand.shape.slice(1));
    return numbers.fill(0, 0, start * width).fill(0, (start + count) * width);
  };
  const readAll = ({ address, shape, dtype }: Operand) => read(address, elementCount(shape), dtype);
  /** Runs one step, then counts its non-finite results. */
  const runAndCheck = async (step: KernelStep) => {
    const made = [...step.outputs, ...step.writes];
    // Inputs that a fused step overwrites have to be read before.
    const replaced =
      step.kernel === 'fused' ? step.inputs.filter((input) => made.some((to) => overlap(input, to))) : [];
    const before = new Map<Operand, Numbers>();
    for (const input of replaced) before.set(input, await readAll(input));
    submit([{ times: 1, dispatches: await checkedDispatchesOf(step) }], 1);
    for (const [place, operand] of made.entries()) {
      if (operand.dtype !== 'f32') continue;
      const output: Operand = {
        dtype: 'i32',
        shape: [1],
        address: { space: 'variable', variable: bad, byteOffset: 0 },
      };
      const count: KernelStep<'countNonFinite'> = {
        kernel: 'countNonFinite',
        attributes: null,
        inputs: [operand],
        outputs: [output],
        writes: [],
      };
      const countsOf = await loadKernels([count as KernelStep], context);
      submit([{ times: 1, dispatches: await dispatchesOf(countsOf(count as KernelStep)) }], 1);
      const [found] = await read(output.address, 1, 'i32');
      if (found === 0) continue;
      const inputs: Numbers[] = [];
      if (step.kernel === 'fused') {
        for (const input of step.inputs) inputs.push(before.get(input) ?? (await readAll(input)));
      }
      const numbers = await rowsInUse(operand);
      const element = firstNonFinite(numbers);
      throw nonFiniteError(step, { output: place, element, value: numbers[element] }, inputs);
    }
  };

  return async (): Promise<void> => {
    checkConstants(plan);
    for (const entry of plan.steps) {
      if (entry.kind === 'kernel') {
        await runAndCheck(entry.step);
        continue;
      }
      const { max, window, body } = entry.loop;
      for (let i = 0; i < max && (await read(window, 2, 'i32'))[1] > 0; i++) {
        for (const step of body) await runAndCheck(step);
      }
    }
  };
}

/** Whether two operands share bytes. */
function overlap(a: Operand, b: Operand): boolean {
  const [from, to] = [a.address, b.address];
  if (from.space === 'variable' ? to.space !== 'variable' || from.variable !== to.variable : to.space !== 'arena') {
    return false;
  }
  const endOf = ({ address, shape }: Operand) => address.byteOffset + 4 * elementCount(shape);
  return from.byteOffset < endOf(b) && to.byteOffset < endOf(a);
}
