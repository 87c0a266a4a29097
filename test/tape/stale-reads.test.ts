import { describe, expect, test } from 'vitest';
import { add, assign, pack, reshape, stopGradient } from '../../src/ops/index.ts';
import { compile } from '../../src/plan/index.ts';
import { createTape, type Tensor, variable } from '../../src/tape/index.ts';

/** A read of a variable that is written afterwards. */
function staleRead(alias: (read: Tensor) => Tensor): { stale: Tensor; again: () => Tensor } {
  const numbers = variable('numbers', 'f32', [2], Float32Array.of(1, 2));
  const tape = createTape();
  const stale = alias(tape.read(numbers));
  assign(numbers, tape.constant('f32', [2], [3, 4]));
  return { stale, again: () => tape.read(numbers) };
}

describe.each([
  ['itself', (read: Tensor) => read],
  ['under another shape', (read: Tensor) => reshape(read, [1, 2])],
  ['behind stopGradient', (read: Tensor) => stopGradient(read)],
])('a read of a variable, %s, once the variable has been written', (_, alias) => {
  test('is refused as an input', () => {
    const { stale } = staleRead(alias);
    expect(() => add(stale, 1)).toThrow(/variable numbers has been written since it was read/);
  });

  test('is refused as an output', () => {
    const { stale } = staleRead(alias);
    expect(() => compile(stale.tape, { y: stale })).toThrow(/output y: variable numbers has been written/);
  });

  test('may be read again', () => {
    const { again } = staleRead(alias);
    const tensor = again();
    expect(() => compile(tensor.tape, { y: add(tensor, 1) })).not.toThrow();
  });
});

test('a pack whose parts start where a GPU cannot bind them is refused', () => {
  const tape = createTape();
  const x = add(tape.read(variable('x', 'f32', [3])), 1);
  expect(() => pack([x, x], [0, 3], 64)).toThrow(/offsets must be multiples of 64/);
});
