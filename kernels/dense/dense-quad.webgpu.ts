import type { WebgpuKernel } from '../../src/plan/kernel.ts';
import { elementCount } from '../../src/tape/index.ts';
import { maxRows } from '../rows.webgpu.ts';
import { activationConstant, activationNumbers, activationText, onwardText } from './activation.webgpu.ts';
import denseSource from './dense-quad.wgsl';
import inputGradientSource from './input-gradient-quad.wgsl';
import productSource from './product-quad.wgsl';
import { quadProduct } from './quad.webgpu.ts';
import weightGradientSource from './weight-gradient-quad.wgsl';

// The products of dense.webgpu.ts on an adapter emulated in software.

/** y = activation(x w + b) in one launch. */
export const dense: WebgpuKernel<'dense'> = ({ attributes, inputs: [x, w, b], outputs: [y] }, context) => {
  const [inner, columns] = w.shape;
  const rows = maxRows(y);
  if (rows * columns === 0) return [];
  const text = b
    ? 'fn b_at(four: u32) -> vec4f { return b_four(min(four, (b_columns - 1u) / 4u) * b_step); }\n'
    : 'fn b_at(four: u32) -> vec4f { return vec4f(); }\n';
  return [
    quadProduct(
      {
        label: 'dense',
        source: activationText + text + denseSource + productSource,
        constants: { ...activationConstant(attributes), INNER: inner },
        operands: b ? { x, w, y, b } : { x, w, y },
        rows: y,
        height: rows,
        columns,
      },
      context,
    ),
  ];
};

/** dx = (dy * activation'(y)) w^T, times through'(x), in one launch. */
export const denseInputGradient: WebgpuKernel<'denseInputGradient'> = (
  { attributes, inputs: [dy, y, w, x], outputs: [dx] },
  context,
) => {
  const [columns, inner] = w.shape;
  const rows = maxRows(dx);
  if (rows * columns === 0) return [];
  const onward = onwardText(
    x,
    'row: u32, four: u32',
    'x_four(row * x_row + min(four, (x_columns - 1u) / 4u) * x_step)',
  );
  return [
    quadProduct(
      {
        label: 'denseInputGradient',
        source: activationText + onward + inputGradientSource + productSource,
        constants: {
          ...activationConstant(attributes),
          THROUGH: activationNumbers[attributes.through],
          INNER: inner,
        },
        operands: x ? { dy, y, w, dx, x } : { dy, y, w, dx },
        rows: dx,
        height: rows,
        columns,
      },
      context,
    ),
  ];
};

/** dw = x^T g and db = column sums of g, where g = dy * activation'(y), in one launch. */
export const denseWeightGradient: WebgpuKernel<'denseWeightGradient'> = (
  { attributes, inputs: [x, dy, y], outputs: [dw, db] },
  context,
) => {
  if (elementCount(dw.shape) === 0 && !db) return [];
  // A layer without inputs still has a bias: at least one row of tiles sums it.
  const [height, columns] = dw.shape;
  if (columns === 0) return [];
  const withoutBias = 'fn db_store(row: u32, four: u32, value: vec4f) {}\n';
  return [
    quadProduct(
      {
        label: 'denseWeightGradient',
        source: activationText + (db ? '' : withoutBias) + weightGradientSource,
        constants: { ...activationConstant(attributes), ROWS: height, BIAS: Number(db !== undefined) },
        operands: db ? { x, dy, y, dw, db } : { x, dy, y, dw },
        rows: [x, dy, y].find((operand) => operand.rows) ?? x,
        height: Math.max(height, 1),
        columns,
      },
      context,
    ),
  ];
};
