import type { HostBuffer } from '../../src/ops/index.ts';
import type { CpuContext, CpuKernel } from '../../src/plan/kernel.ts';
import type { KernelStep } from '../../src/plan/step.ts';
import { scratchBytes, workOf } from '../../src/rows/cost.ts';
import { absent, cacheLine, overRows, rowWork } from '../rows.cpu.ts';
import { rowOperands } from './operands.ts';

/**
 * A recorded program runs as WebAssembly, or as the kernel written for it, on as many threads as its rows justify; any
 * other is called directly.
 */
export const rowProgram: CpuKernel<'rowProgram'> = (step, context) => {
  const { program } = step.attributes.program;
  if (!program) return onHost(step, context);
  const { byHand } = step.attributes;
  const { buffers, tables, counted } = rowOperands(step);
  const pointers = [...buffers.map(context.pointer), tables ? context.pointer(tables) : absent];
  if (byHand) {
    const { kernel, numbers, ...cut } = byHand;
    return overRows(counted, context, context.parallel(kernel, [...numbers, ...pointers.slice(0, -1)], cut));
  }
  const cut = { work: rowWork + workOf(program), multiple: cacheLine, scratch: scratchBytes(program) };
  return overRows(counted, context, context.parallel(context.compiled(step), pointers, cut));
};

/** Calls the program's own function with views of its inputs, outputs and writes. */
function onHost(step: KernelStep<'rowProgram'>, context: CpuContext): () => void {
  const { program } = step.attributes;
  const { buffers, counted } = rowOperands(step);
  const places = buffers.map((operand) => ({
    dtype: operand.dtype,
    pointer: context.pointer(operand),
    length: operand.shape.reduce((product, size) => product * size, 1),
  }));
  let views: readonly HostBuffer[] = [];
  let memory: ArrayBufferLike | undefined;
  return overRows(counted, context, (begin, end) => {
    const { buffer } = context.f32();
    if (buffer !== memory) {
      memory = buffer;
      views = places.map(({ dtype, pointer, length }) =>
        dtype === 'f32' ? new Float32Array(buffer, pointer, length) : new Int32Array(buffer, pointer, length),
      );
    }
    if (!program.program) program.host(views, begin, end - begin);
  });
}
