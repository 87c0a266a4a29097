import type { RecordedRowProgram } from '../../src/ops/row-program.ts';
import type { WebgpuKernel } from '../../src/plan/kernel.ts';
import type { Operand } from '../../src/plan/step.ts';
import { wgslLibrary, writeWgsl } from '../../src/rows/write-wgsl.ts';
import { maxRows } from '../rows.webgpu.ts';
import { gridOver, workgroupSize } from '../workgroups.ts';
import { rowCounts, rowOperands } from './operands.ts';

/**
 * The program's WGSL, given or generated from the recording, between its buffers and a `main` that calls `row` for each
 * row in use. The text is assembled here, since program and buffers are the user's.
 *
 * @throws if the program has no WGSL, or binds more buffers than every device allows
 */
export const rowProgram: WebgpuKernel<'rowProgram'> = (step, context) => {
  const { program } = step.attributes;
  const { name, buffers } = program;
  const { buffers: operands, tables, counted } = rowOperands(step);
  const text = program.program ? recordedText(program, operands) : program.wgsl;
  if (text === undefined) {
    throw new Error(
      `rowProgram ${name}: it has no WGSL text, so it cannot run on a GPU. Give its \`wgsl\`, or use the cpu device.`,
    );
  }
  if (buffers.length !== operands.length) {
    throw new Error(`rowProgram ${name}: ${buffers.length} buffers are named for ${operands.length} operands.`);
  }
  const bindings = tables ? [...operands, tables] : operands;
  const max = context.limits.maxStorageBuffersPerShaderStage - (step.rows ? 1 : 0);
  if (bindings.length > max) {
    throw new Error(
      `rowProgram ${name}: it binds ${bindings.length} buffers${tables ? ', its tables among them' : ''}; this device allows ${max} beside the rows' window. ` +
        'Put several into one.',
    );
  }
  const count = maxRows(counted);
  if (count === 0) return [];
  const names = program.program ? recordedNames(program) : buffers.map((buffer) => buffer.name);
  const declarations = bindings.map(
    ({ dtype }, i) => `@group(0) @binding(${i}) var<storage, read_write> ${names[i] ?? '_tables'}: array<${dtype}>;`,
  );
  const library = program.program ? wgslLibrary : (program.library ?? '');
  return [
    {
      label: `rowProgram ${name}`,
      origin: name,
      source: `${declarations.join('\n')}\n${library}\n${text}\n${main}`,
      bindings,
      rows: counted,
      workgroups: gridOver(count, context),
    },
  ];
};

/**
 * A prefix for buffers' names, which may be anything their author likes, to keep them apart from those of the program
 * and of `main`.
 */
const recordedNames = ({ buffers }: RecordedRowProgram) => buffers.map(({ name }) => `buffer_${name}`);

function recordedText(program: RecordedRowProgram, operands: readonly Operand[]): string {
  return writeWgsl(program.program, {
    buffers: recordedNames(program),
    rows: rowCounts(program, operands),
    tables: '_tables',
  });
}

const main = `
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let place = id.y * groups.x * ${workgroupSize}u + id.x;
  if (place < row_count()) { row(i32(row_start() + place)); }
}
`;
