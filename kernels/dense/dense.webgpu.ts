import type { WebgpuKernel } from '../../src/plan/kernel.ts';
import { elementCount } from '../../src/tape/index.ts';
import { maxRows } from '../rows.webgpu.ts';
import { grid } from '../workgroups.ts';
import { activationConstant, activationNumbers, activationText, onwardText } from './activation.webgpu.ts';
import block from './block.wgsl';
import denseOperands from './dense-operands.wgsl';
import denseSplit from './dense-split.wgsl';
import denseTiled from './dense-tiled.wgsl';
import inputGradientOperands from './input-gradient-operands.wgsl';
import inputGradientSplit from './input-gradient-split.wgsl';
import inputGradientTiled from './input-gradient-tiled.wgsl';
import { matrices } from './matrix.webgpu.ts';
import outputGradient from './output-gradient.wgsl';
import productSplit from './product-split.wgsl';
import productTiled from './product-tiled.wgsl';
import splitText from './split.wgsl';
import { tilingOfRows, tilingOfWeights } from './tiling.webgpu.ts';
import weightGradientSplit from './weight-gradient-split.wgsl';
import weightGradientTiled from './weight-gradient-tiled.wgsl';

/** Matrix products, to be preceded by the definition of their operands. */
const products = { tiled: block + productTiled, split: block + splitText + productSplit };

/** y = activation(x w + b) in one launch. */
export const dense: WebgpuKernel<'dense'> = ({ attributes, inputs: [x, w, b], outputs: [y] }, context) => {
  const [inner, columns] = w.shape;
  const rows = maxRows(y);
  if (rows * columns === 0) return [];
  const { kind, constants, workgroups } = tilingOfRows(rows, columns, inner);
  const bound = matrices(b ? { x, w, y, b } : { x, w, y });
  const right = kind === 'tiled' ? denseTiled : denseSplit;
  const withoutBias = 'fn b_load(row: u32, column: u32) -> vec4f { return vec4f(); }\n';
  return [
    {
      label: `dense ${kind}`,
      source: activationText + bound.text + (b ? '' : withoutBias) + denseOperands + right + products[kind],
      constants: { ...activationConstant(attributes), ...bound.constants, ...constants, INNER: inner },
      bindings: bound.bindings,
      rows: y,
      workgroups: grid(workgroups, context),
    },
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
  const operands = x ? { dy, y, w, dx, x } : { dy, y, w, dx };
  const numbers = { ...activationConstant(attributes), THROUGH: activationNumbers[attributes.through], INNER: inner };
  const { kind, constants, workgroups } = tilingOfRows(rows, columns, inner);
  const split = kind === 'split';
  const right = split ? inputGradientSplit : inputGradientTiled;
  // The tiled shader declares dx and x itself, since its invocations hold single numbers of them.
  const bound = matrices(split ? operands : { dy, y, w });
  const declared = x && !split ? '@group(0) @binding(4) var<storage, read_write> x: array<f32>;\n' : '';
  const onward = split
    ? onwardText(x, 'row: u32, column: u32', 'x_load(row, column)')
    : declared + onwardText(x, 'place: u32', 'vec4f(x[place])');
  return [
    {
      label: `denseInputGradient ${kind}`,
      source: activationText + bound.text + outputGradient + onward + inputGradientOperands + right + products[kind],
      constants: { ...bound.constants, ...numbers, ...constants, COLUMNS: columns },
      bindings: Object.values(operands),
      rows: dx,
      workgroups: grid(workgroups, context),
    },
  ];
};

/** dw = x^T g and db = column sums of g, where g = dy * activation'(y), in one launch. */
export const denseWeightGradient: WebgpuKernel<'denseWeightGradient'> = (
  { attributes, inputs: [x, dy, y], outputs: [dw, db] },
  context,
) => {
  if (elementCount(dw.shape) === 0 && !db) return [];
  const counted = [x, dy, y].find((operand) => operand.rows) ?? x;
  // A layer without inputs still has a bias: at least one row of tiles sums it.
  const [height, columns] = dw.shape;
  if (columns === 0) return [];
  const { kind, constants, workgroups } = tilingOfWeights(Math.max(height, 1), columns, maxRows(counted));
  const bound = matrices(db ? { x, dy, y, dw, db } : { x, dy, y, dw });
  const withoutBias = 'fn db_store(row: u32, column: u32, value: vec4f) {}\n';
  const shader = kind === 'tiled' ? weightGradientTiled : splitText + weightGradientSplit;
  return [
    {
      label: `denseWeightGradient ${kind}`,
      source: activationText + bound.text + (db ? '' : withoutBias) + outputGradient + shader,
      constants: {
        ...activationConstant(attributes),
        ...bound.constants,
        ...constants,
        ROWS: height,
        BIAS: Number(db !== undefined),
      },
      bindings: bound.bindings,
      rows: counted,
      workgroups: grid(workgroups, context),
    },
  ];
};
