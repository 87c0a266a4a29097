import { expect, test } from 'vitest';
import {
  all,
  count,
  float,
  type Int,
  type Row,
  reads,
  record,
  select,
  sum,
  table,
  updates,
  writeClosures,
  writes,
} from '../../src/rows/index.ts';

// Two problems as one would write them in the language, and what they come to.

const items = [
  { weight: 3, worth: 4 },
  { weight: 5, worth: 6 },
  { weight: 2, worth: 3 },
];
const limit = 8;
const weights = table(
  'weights',
  Int32Array.from(items, ({ weight }) => weight),
);
const worths = table(
  'worths',
  Int32Array.from(items, ({ worth }) => worth),
);
const close = items.length;

test('a rucksack: which actions are allowed, what they do, what a packing is worth', () => {
  const owner = 'rucksack';
  const state = reads('i32', items.length + 1);
  const action = { min: 0, max: close };

  const mask = record({ owner, name: 'mask' }, { buffers: { state, mask: writes('i32', close + 1) } }, (row) => {
    const closed = row.state.at(close).equal(1);
    for (let i = 0; i <= close; i++) {
      const allowed = i === close ? closed.not() : closed.not().and(row.state.at(i).equal(0));
      row.mask.set(i, allowed.toInt());
    }
  });
  const step = record(
    { owner, name: 'step' },
    { buffers: { state: updates('i32', items.length + 1) }, parameters: { action } },
    (row, _, { action }) => row.state.set(action, 1),
  );
  const logReward = record({ owner, name: 'log reward' }, { buffers: { state } }, (row) => {
    const weight = sum(items.length, (i) => row.state.at(i).multiply(weights.at(i)));
    const worth = sum(items.length, (i) => row.state.at(i).multiply(worths.at(i)));
    return select(weight.greater(limit), float(-5), worth.toFloat());
  });

  const packed = Int32Array.of(1, 0, 0, 0);
  const allowed = new Int32Array(4);
  writeClosures(mask)([packed, allowed]);
  expect(Array.from(allowed)).toEqual([0, 1, 1, 1]);
  const take = writeClosures(step);
  const reward = writeClosures(logReward);
  take([packed], 0, 2);
  expect([Array.from(packed), reward([packed])]).toEqual([[1, 0, 1, 0], 7]);
  take([packed], 0, 1);
  expect([Array.from(packed), reward([packed])]).toEqual([[1, 1, 1, 0], -5]);
});

test('a hypergrid: which moves are allowed, a move, the reward of a cell', () => {
  const [dimension, side, owner] = [2, 8, 'hypergrid'];
  const stop = dimension;
  const state = reads('i32', dimension + 1);

  const allowed = (cell: Row<Int>, action: Int) =>
    cell
      .at(stop)
      .equal(0)
      .and(action.equal(stop).or(cell.at(action).less(side - 1)));
  const moves = record({ owner, name: 'moves' }, { buffers: { state } }, (row) =>
    count(dimension + 1, (action) => allowed(row.state, action)),
  );
  const step = record(
    { owner, name: 'step' },
    { buffers: { state: updates('i32', dimension + 1) }, parameters: { action: { min: 0, max: stop } } },
    (row, _, { action }) => row.state.set(action, row.state.at(action).add(1)),
  );
  const logReward = record({ owner, name: 'log reward' }, { buffers: { state } }, (row) => {
    const n = side - 1;
    const distance = (axis: Int) => row.state.at(axis).multiply(2).subtract(n).abs();
    const inRing = all(dimension, (axis) => distance(axis).multiply(2).greater(n));
    const inMode = all(dimension, (axis) => {
      const m = distance(axis);
      return m
        .multiply(5)
        .greater(3 * n)
        .and(m.multiply(5).less(4 * n));
    });
    return select(inMode, float(2.5), select(inRing, float(0.5), float(-6)));
  });

  const cell = Int32Array.of(7, 1, 0);
  expect(writeClosures(moves)([cell])).toBe(2);
  writeClosures(step)([cell], 0, 1);
  expect(Array.from(cell)).toEqual([7, 2, 0]);
  const reward = writeClosures(logReward);
  expect(
    [
      [6, 6],
      [0, 0],
      [0, 3],
    ].map(([x, y]) => reward([Int32Array.of(x, y, 1)])),
  ).toEqual([2.5, 0.5, -6]);
});
