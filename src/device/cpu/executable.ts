import { cpuKernels } from '../../../kernels/cpu.ts';
import type {
  Address,
  CpuContext,
  CpuExports,
  CpuKernel,
  KernelName,
  KernelStep,
  Operand,
  Plan,
} from '../../plan/index.ts';
import { planBytes } from '../../plan/index.ts';
import type { Variable } from '../../tape/index.ts';
import { elementCount } from '../../tape/index.ts';
import type { Executable, Numbers } from '../device.ts';
import { checkConstants, firstNonFinite, nonFiniteError } from '../finite.ts';
import type { Life } from '../life.ts';
import { createUse } from '../release.ts';
import type { CpuMemory } from './memory.ts';
import type { Threads } from './threads.ts';

/** The cpu device as its executables see it. */
export interface CpuState {
  readonly wasm: CpuExports;
  readonly memory: CpuMemory;
  readonly threads: Threads;
  readonly life: Life;
  /** Whether a variable has been allocated. */
  holds(variable: Variable): boolean;
  /** Frees a variable's memory. */
  forget(variable: Variable): void;
  /** The address of a variable. The first call allocates it and writes its start values. */
  addressOf(variable: Variable): number;
  readonly counts: { launches: number };
}

export function copyNumbers(memory: CpuMemory, dtype: 'f32' | 'i32', address: number, count: number): Numbers {
  return (dtype === 'f32' ? memory.f32() : memory.i32()).slice(address / 4, address / 4 + count);
}

/** Runs one kernel, or a loop over several. */
type Run = () => void;

/**
 * Prepares a plan by looking up every pointer.
 * @param compiled the names of its row programs
 * @throws if the plan does not fit; nothing stays reserved then
 */
export function prepare<Outputs extends string>(
  plan: Plan<Outputs>,
  state: CpuState,
  compiled: CpuContext['compiled'],
): Executable<Outputs> {
  const { memory, life, addressOf, holds, forget } = state;
  life.check();
  memory.checkRoom(planBytes(plan).arena + planBytes(plan).variables);
  const fresh = plan.variables.filter((variable) => !holds(variable));
  const reserved: number[] = [];
  try {
    for (const variable of plan.variables) addressOf(variable);
    reserved.push(memory.allocate(plan.arenaBytes));
    return prepareIn(plan, reserved, state, compiled);
  } catch (error) {
    for (const address of reserved) memory.free(address);
    for (const variable of fresh) forget(variable);
    throw error;
  }
}

/** @param reserved the addresses that belong to the plan, its arena first; more are added */
function prepareIn<Outputs extends string>(
  plan: Plan<Outputs>,
  reserved: number[],
  { wasm, memory, threads, life, addressOf, counts }: CpuState,
  compiled: CpuContext['compiled'],
): Executable<Outputs> {
  const [arena] = reserved;
  for (const { byteOffset, data } of plan.constants) {
    (data instanceof Float32Array ? memory.f32() : memory.i32()).set(data, (arena + byteOffset) / 4);
  }
  const locate = (address: Address) =>
    address.space === 'arena' ? arena + address.byteOffset : addressOf(address.variable) + address.byteOffset;
  const context: CpuContext = {
    wasm,
    compiled,
    parallel: threads.parallel,
    pointer: (operand) => locate(operand.address),
    firstRow: ({ rows }) => (rows ? memory.i32()[locate(rows.window) / 4] : 0),
    rowCount: ({ rows, shape }) => (rows ? memory.i32()[locate(rows.window) / 4 + 1] : (shape[0] ?? 1)),
    reserve(bytes) {
      const address = memory.allocate(bytes);
      reserved.push(address);
      return address;
    },
    f32: memory.f32,
    i32: memory.i32,
  };
  const prepareStep = (step: KernelStep) => (cpuKernels[step.kernel] as CpuKernel<KernelName>)(step, context);
  const use = createUse(life, Object.keys(plan.outputs));

  /** The functions that run the plan; with `checking`, each also checks the numbers that its kernel produced. */
  const build = (checking: boolean): Run[] => {
    const withCheck = (step: KernelStep): Run => {
      const run = prepareStep(step);
      if (!checking) return run;
      return () => {
        // Copies, since a step may overwrite its inputs.
        const inputs = step.kernel === 'fused' ? step.inputs.map((input) => numbersOf(input)) : undefined;
        run();
        checkStep(step, context, inputs);
      };
    };
    return plan.steps.map((entry) => {
      if (entry.kind === 'kernel') return withCheck(entry.step);
      const { max, window, body } = entry.loop;
      const runs = body.map(withCheck);
      const count = locate(window) / 4 + 1;
      return () => {
        for (let i = 0; i < max && memory.i32()[count] > 0; i++) {
          for (const run of runs) run();
          counts.launches += runs.length;
        }
      };
    });
  };
  const numbersOf = ({ dtype, address, shape }: Operand) =>
    copyNumbers(memory, dtype, locate(address), elementCount(shape));
  const runs = build(false);
  const kernels = plan.steps.filter(({ kind }) => kind === 'kernel').length;
  let checked: Run[] | undefined;

  return {
    plan,
    launches:
      kernels + plan.steps.reduce((sum, s) => sum + (s.kind === 'loop' ? s.loop.body.length * s.loop.max : 0), 0),
    run(times = 1) {
      use.checkTimes(times);
      for (let i = 0; i < times; i++) for (const run of runs) run();
      counts.launches += kernels * times;
    },
    async read(output) {
      use.checkOutput(output);
      return numbersOf(plan.outputs[output]);
    },
    async runChecked() {
      use.check();
      checkConstants(plan);
      checked ??= build(true);
      for (const run of checked) run();
    },
    release() {
      use.end();
      for (const address of reserved.splice(0)) memory.free(address);
    },
  };
}

function checkStep(step: KernelStep, context: CpuContext, inputs?: readonly Numbers[]): void {
  for (const [output, operand] of [...step.outputs, ...step.writes].entries()) {
    if (operand.dtype !== 'f32') continue;
    const width = operand.shape.slice(1).reduce((a, b) => a * b, 1);
    const first = context.firstRow(operand) * width;
    const start = context.pointer(operand) / 4 + first;
    const numbers = context.f32().subarray(start, start + context.rowCount(operand) * width);
    const place = firstNonFinite(numbers);
    if (place < 0) continue;
    throw nonFiniteError(step, { output, element: first + place, value: numbers[place] }, inputs);
  }
}
