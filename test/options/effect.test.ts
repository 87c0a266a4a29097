import { describe, expect, test } from 'vitest';
import {
  choice,
  effectiveValues,
  file,
  flag,
  group,
  number,
  optional,
  type Schema,
  unmetConditions,
} from '../../src/options/index.ts';

const optimizer = {
  kind: choice('adam', ['adam', 'sgd', 'nesterov'], 'the rule'),
  rate: choice('constant', ['constant', 'falling'], 'the rate'),
  momentum: number(0.9, { help: 'share kept', onlyIf: { kind: ['sgd', 'nesterov'], rate: ['constant'] } }),
} satisfies Schema;
const schema = {
  data: file('data of one’s own'),
  rows: number(20, { help: 'rows drawn', onlyIf: { data: [null] } }),
  plain: flag(false, 'no noise'),
  noise: number(1, { help: 'noise of rows', onlyIf: { plain: [false] } }),
  columns: number(3, { help: 'columns', onlyIf: [{ data: [null] }, { plain: [true], noise: ['high'] }] }),
  optimizer: group(optimizer, 'the optimiser'),
  other: optional(group(optimizer, 'another')),
} satisfies Schema;

describe('an option that counts only beside some others', () => {
  test.each([
    [{ kind: 'adam', rate: 'constant' }, { kind: ['sgd', 'nesterov'] }],
    [{ kind: 'sgd', rate: 'constant' }, {}],
    [{ kind: 'nesterov', rate: 'constant' }, {}],
    [{ kind: 'sgd', rate: 'falling' }, { rate: ['constant'] }],
    // What is left out has its default.
    [{ kind: 'sgd' }, {}],
    [{}, { kind: ['sgd', 'nesterov'] }],
    [
      { kind: 'adam', rate: 'falling' },
      { kind: ['sgd', 'nesterov'], rate: ['constant'] },
    ],
  ])('beside %j lacks %j', (values, expected) => {
    expect(unmetConditions(optimizer, { ...values, momentum: 0.5 }, 'momentum')).toEqual(expected);
    expect(unmetConditions(schema, { optimizer: values }, 'optimizer.momentum')).toEqual(expected);
    expect(unmetConditions(schema, { optimizer: values }, 'optimizer.kind')).toEqual({});
  });

  test('can be one for want of a file', () => {
    expect(unmetConditions(schema, {}, 'rows')).toEqual({});
    expect(unmetConditions(schema, { data: 'mine.csv' }, 'rows')).toEqual({ data: [null] });
  });

  test('can be one for want of a flag, which is off by default', () => {
    expect(unmetConditions(schema, {}, 'noise')).toEqual({});
    expect(unmetConditions(schema, { plain: false }, 'noise')).toEqual({});
    expect(unmetConditions(schema, { plain: true }, 'noise')).toEqual({ plain: [false] });
  });

  test('can be one of either kind', () => {
    expect(unmetConditions(schema, {}, 'columns')).toEqual({});
    expect(unmetConditions(schema, { data: 'mine.csv', plain: true, noise: 'high' }, 'columns')).toEqual({});
    expect(unmetConditions(schema, { data: 'mine.csv', noise: 'high' }, 'columns')).toEqual([
      { data: [null] },
      { plain: [true] },
    ]);
    expect(effectiveValues(schema, { data: 'mine.csv', columns: 2 })).toEqual({ data: 'mine.csv' });
  });

  test('is left out of the values that have an effect, in groups too, and nothing else is', () => {
    const values = { optimizer: { kind: 'adam', momentum: 0.5 }, other: { kind: 'sgd', momentum: 0.5 }, unknown: 1 };
    expect(effectiveValues(schema, values)).toEqual({ ...values, optimizer: { kind: 'adam' } });
    const off = { optimizer: undefined, other: null };
    expect(effectiveValues(schema, off)).toEqual(off);
    expect(effectiveValues(schema, { data: 'mine.csv', rows: 3 })).toEqual({ data: 'mine.csv' });
  });
});
