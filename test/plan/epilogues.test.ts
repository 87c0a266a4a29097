import { expect, test } from 'vitest';
import * as ops from '../../src/ops/index.ts';
import { compile, kernelSteps } from '../../src/plan/index.ts';
import { createTape, type Tape, type Tensor } from '../../src/tape/index.ts';
import { createDraw, drawn } from '../setup/arbitraries.ts';

/** Two layers, and the derivative of a function of their output. */
function layers(tape: Tape, loss: (h: Tensor, y: Tensor) => Tensor = (_, y) => ops.sum(y)) {
  const draw = createDraw(1);
  const [x, v, w] = [drawn(tape, [4, 3], draw), drawn(tape, [3, 5], draw), drawn(tape, [5, 2], draw)];
  const h = ops.dense(x, v, undefined, 'relu');
  const y = ops.dense(h, w, undefined, 'tanh');
  const scalar = loss(h, y);
  return { h, gradients: ops.gradient(scalar, [x, v, w, h]) };
}

const inputGradients = (tape: Tape, outputs: Record<string, Tensor>) =>
  kernelSteps(compile(tape, outputs)).flatMap(({ kernel, attributes }) =>
    kernel === 'denseInputGradient' ? [attributes as { activation: string; through: string }] : [],
  );

test('the derivative of an activation is taken where the gradient of the layer above is made', () => {
  const tape = createTape();
  const [dx, dv, dw] = layers(tape).gradients;
  expect(inputGradients(tape, { dx, dv, dw })).toEqual([
    { activation: 'tanh', through: 'relu' },
    { activation: 'none', through: 'none' },
  ]);
});

test('a gradient that is itself an output keeps its values', () => {
  const tape = createTape();
  const [dx, , , dh] = layers(tape).gradients;
  expect(inputGradients(tape, { dx, dh })).toEqual([
    { activation: 'tanh', through: 'none' },
    { activation: 'relu', through: 'none' },
  ]);
});

test('a gradient with another reader keeps its values', () => {
  const tape = createTape();
  const { gradients } = layers(tape, (h, y) => ops.add(ops.sum(y), ops.sum(ops.square(h))));
  expect(inputGradients(tape, { dx: gradients[0] }).every(({ through }) => through === 'none')).toBe(true);
});
