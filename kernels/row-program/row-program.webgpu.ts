import type { WebgpuKernel } from '../../src/plan/kernel.ts';
import type { Operand } from '../../src/plan/step.ts';
import { maxRows } from '../rows.webgpu.ts';
import { gridOver, workgroupSize } from '../workgroups.ts';

/**
 * The program's own WGSL between its buffers and a `main` that calls `row` for each row in use. The text is put
 * together, since the program and its buffers are the user's.
 *
 * @throws if the program has no WGSL, or binds more buffers than every device allows
 */
export const rowProgram: WebgpuKernel<'rowProgram'> = (
  { attributes: { program, rowCount }, inputs, outputs, writes, rows },
  context,
) => {
  const { name, buffers, wgsl, library = '' } = program;
  const operands = [...inputs, ...outputs, ...writes];
  if (wgsl === undefined) {
    throw new Error(
      `rowProgram ${name}: it has no WGSL text, so it cannot run on a GPU. Give its \`wgsl\`, or use the cpu device.`,
    );
  }
  if (buffers.length !== operands.length) {
    throw new Error(`rowProgram ${name}: ${buffers.length} buffers are named for ${operands.length} operands.`);
  }
  const max = context.limits.maxStorageBuffersPerShaderStage - (rows ? 1 : 0);
  if (operands.length > max) {
    throw new Error(
      `rowProgram ${name}: it binds ${operands.length} buffers; this device allows ${max} beside the rows' window. ` +
        'Put several into one.',
    );
  }
  // Whose rows are counted: an operand only in that it has rows.
  const counted: Operand = {
    dtype: 'i32',
    shape: [rowCount],
    address: rows?.window ?? { space: 'arena', byteOffset: 0 },
    ...(rows ? { rows } : {}),
  };
  const count = maxRows(counted);
  if (count === 0) return [];
  const declarations = operands.map(
    ({ dtype }, i) => `@group(0) @binding(${i}) var<storage, read_write> ${buffers[i].name}: array<${dtype}>;`,
  );
  return [
    {
      label: `rowProgram ${name}`,
      origin: name,
      source: `${declarations.join('\n')}\n${library}\n${wgsl}\n${main}`,
      bindings: operands,
      rows: counted,
      workgroups: gridOver(count, context),
    },
  ];
};

const main = `
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let place = id.y * groups.x * ${workgroupSize}u + id.x;
  if (place < row_count()) { row(i32(row_start() + place)); }
}
`;
