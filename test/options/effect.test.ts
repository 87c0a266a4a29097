import { describe, expect, test } from 'vitest';
import {
  choice,
  conditionOf,
  describeOption,
  effectiveValues,
  group,
  hasEffect,
  number,
  optional,
  type Schema,
} from '../../src/options/index.ts';

const momentum = number(0.9, { help: 'share kept', onlyIf: { kind: ['sgd', 'nesterov'], rate: ['constant'] } });
const optimizer = {
  kind: choice('adam', ['adam', 'sgd', 'nesterov'], 'the rule'),
  rate: choice('constant', ['constant', 'falling'], 'the rate'),
  momentum,
} satisfies Schema;
const schema = {
  optimizer: group(optimizer, 'the optimiser'),
  other: optional(group(optimizer, 'another')),
} satisfies Schema;

describe('an option that counts only beside some choices', () => {
  test.each([
    [{ kind: 'adam', rate: 'constant' }, false],
    [{ kind: 'sgd', rate: 'constant' }, true],
    [{ kind: 'nesterov', rate: 'constant' }, true],
    [{ kind: 'sgd', rate: 'falling' }, false],
    // What is left out has its default.
    [{ kind: 'sgd' }, true],
    [{}, false],
  ])('beside %j: %s', (values, expected) => {
    expect(hasEffect(optimizer, 'momentum', { ...values, momentum: 0.5 })).toBe(expected);
    expect(hasEffect(optimizer, 'kind', values)).toBe(true);
  });

  test('is left out of the values that have an effect, in groups too, and nothing else is', () => {
    const values = { optimizer: { kind: 'adam', momentum: 0.5 }, other: { kind: 'sgd', momentum: 0.5 }, unknown: 1 };
    expect(effectiveValues(schema, values)).toEqual({ ...values, optimizer: { kind: 'adam' } });
    expect(effectiveValues(schema, { optimizer: undefined, other: null })).toEqual({
      optimizer: undefined,
      other: null,
    });
  });

  test('says so', () => {
    expect(conditionOf(momentum, (name) => `--${name} `)).toBe('--kind sgd or nesterov and --rate constant');
    expect(conditionOf(optimizer.kind, (name) => name)).toBe('');
    expect(describeOption(momentum)).toBe(
      'share kept; a finite number, 0.9 by default; only if kind is sgd or nesterov and rate is constant',
    );
  });
});
