import type { WebgpuKernel } from '../../src/plan/kernel.ts';
import type { Operand } from '../../src/plan/step.ts';
import functions from '../elementwise/functions.wgsl';
import { maxRows } from '../rows.webgpu.ts';
import { grid, gridOver } from '../workgroups.ts';
import { activationNumbers } from './activation.webgpu.ts';
import activation from './activation.wgsl';
import denseSource from './one-hot-dense.wgsl';
import weightGradientSource from './one-hot-weight-gradient.wgsl';
import weightGradientAloneSource from './one-hot-weight-gradient-alone.wgsl';

/**
 * `Value`, the type of what is read at once, which an override constant cannot choose. An empty array holds no vec4.
 */
function valuesOf({ shape }: Operand): { text: string; count: number } {
  const columns = shape[1];
  const size = columns % 4 === 0 && shape[0] > 0 ? 4 : 1;
  return { text: `alias Value = ${size === 4 ? 'vec4f' : 'f32'};\n${functions}${activation}`, count: columns / size };
}

/** Functions on the bias or its gradient, which is bound only if it exists. */
function biasText(binding: number, b: Operand | undefined, present: string, absent: string): string {
  return b ? `@group(0) @binding(${binding}) var<storage, read_write> bias: array<Value>;\n${present}` : absent;
}

export const oneHotDense: WebgpuKernel<'oneHotDense'> = (
  { attributes, inputs: [tokens, w, b], outputs: [y] },
  context,
) => {
  const values = valuesOf(y);
  const count = maxRows(y) * values.count;
  if (count === 0) return [];
  const bias = biasText(
    3,
    b,
    'fn bias_at(column: u32) -> Value { return bias[column]; }\n',
    'fn bias_at(column: u32) -> Value { return Value(); }\n',
  );
  return [
    {
      label: 'oneHotDense',
      source: values.text + bias + denseSource,
      constants: {
        ACTIVATION: activationNumbers[attributes.activation],
        POSITIONS: tokens.shape[1],
        COLUMNS: values.count,
      },
      bindings: b ? [tokens, w, y, b] : [tokens, w, y],
      rows: y,
      workgroups: gridOver(count, context),
    },
  ];
};

export const oneHotDenseWeightGradient: WebgpuKernel<'oneHotDenseWeightGradient'> = (
  { attributes, inputs: [tokens, dy, y], outputs: [dw, db] },
  context,
) => {
  const width = dw.shape[0];
  const values = valuesOf(dy);
  const tiles = Math.ceil(values.count / 64);
  const lines = db ? width + 1 : width;
  if (tiles * lines === 0) return [];
  const bias = biasText(
    4,
    db,
    'fn db_store(column: u32, value: Value) { bias[column] = value; }\n',
    'fn db_store(column: u32, value: Value) {}\n',
  );
  const launch = {
    bindings: db ? [tokens, dy, y, dw, db] : [tokens, dy, y, dw],
    rows: [tokens, dy, y].find((operand) => operand.rows) ?? tokens,
  };
  const constants = {
    ACTIVATION: activationNumbers[attributes.activation],
    POSITIONS: tokens.shape[1],
    WIDTH: width,
    COLUMNS: values.count,
  };
  if (context.emulated) {
    const source = values.text + bias + weightGradientAloneSource;
    const workgroups = gridOver(values.count, context, 4);
    return [{ label: 'oneHotDenseWeightGradient alone', source, constants, workgroups, ...launch }];
  }
  return [
    {
      label: 'oneHotDenseWeightGradient',
      source: values.text + bias + weightGradientSource,
      constants: { ...constants, COLUMN_TILES: tiles },
      workgroups: grid(tiles * lines, context),
      ...launch,
    },
  ];
};
