import type { BoolLike, Float, FloatLike, Int, IntLike } from '../../rows/expression.ts';
import { float, int, select } from '../../rows/math.ts';
import { repeat } from '../../rows/statements.ts';
import type { EnvironmentRowFunctions, StateRow } from '../row-functions.ts';
import type { Fields, Layout, PlacedField } from './fields.ts';
import { refuse } from './refuse.ts';
import { type StateOf, stateOf } from './state.ts';

/**
 * A policy network's view of a state: fields by name, as one-hot blocks; or `tokens` tokens, each the index of an input
 * that is 1, or -1; or `inputs` inputs that are 1 if `hot`, or have any `value`.
 */
export type Observe<F extends Fields> =
  | readonly (keyof F & string)[]
  | {
      readonly inputs: number;
      readonly tokens: number;
      /** The token at a position. */
      token(state: StateOf<F>, position: Int): IntLike;
      /** Present if the tokens are a sequence of letters; see `TokenObservation`. */
      readonly sequence?: { readonly classes: number } | undefined;
    }
  | {
      readonly inputs: number;
      /** Present if the inputs are a relation among nodes; see `TokenObservation`. */
      readonly relation?: { readonly nodes: number } | undefined;
      /** Whether an input is 1. */
      hot(state: StateOf<F>, input: Int): BoolLike;
    }
  | {
      readonly inputs: number;
      /** The value of an input. */
      value(state: StateOf<F>, input: Int): FloatLike;
    };

/** An observation: its sizes, and the function that is recorded to write it. */
export interface ObservationRules {
  readonly kind: 'tokens' | 'features';
  /** Inputs of a network. */
  readonly width: number;
  /** Numbers in its row. */
  readonly size: number;
  readonly sequence?: { readonly classes: number } | undefined;
  readonly relation?: { readonly nodes: number } | undefined;
  encode: EnvironmentRowFunctions['encode'];
}

/** @throws on unknown fields, and on unbounded ones, which have no one-hot block */
export function observationRules<F extends Fields>(
  owner: string,
  layout: Layout,
  observe: Observe<F> = layout.fields.map(({ name }) => name),
): ObservationRules {
  if (isNames(observe)) return oneHotRules(owner, layout, observe);
  const { inputs: width } = observe;
  if ('value' in observe) {
    return {
      ...{ kind: 'features', width, size: width },
      encode: (row, put) => repeat(width, (i) => put(i, toFloatOf(observe.value(stateOf<F>(layout, row), i)))),
    };
  }
  const isHot = 'hot' in observe;
  const size = isHot ? width : observe.tokens;
  const tokenAt = (row: StateRow, i: Int): Int => {
    const token = isHot
      ? select(observe.hot(stateOf<F>(layout, row), i), i, -1)
      : observe.token(stateOf<F>(layout, row), i);
    return typeof token === 'number' ? int(token) : token;
  };
  return {
    ...{ kind: 'tokens', width, size },
    ...(isHot ? { relation: observe.relation } : { sequence: observe.sequence }),
    encode: (row, put) => repeat(size, (i) => put(i, tokenAt(row, i))),
  };
}

const isNames = <F extends Fields>(observe: Observe<F>): observe is readonly (keyof F & string)[] =>
  Array.isArray(observe);

/** The maximum number of inputs, exact in float32 and well within int32. */
const maxInputs = 2 ** 24;

/** A bit or a flag is one input. Any other number is a block with one input for each value. */
function oneHotRules(owner: string, layout: Layout, names: readonly string[]): ObservationRules {
  let width = 0;
  let size = 0;
  const blocks = names.map((name) => {
    const field = layout.fields.find((candidate) => candidate.name === name);
    if (!field) throw refuse(owner, `it observes ${name}, which is not one of its fields.`);
    const each = isBit(field) ? 1 : field.max - field.min + 1;
    const block = { field, each, position: size, input: width };
    size += field.length;
    width += field.length * each;
    if (width > maxInputs) {
      throw refuse(
        owner,
        `${name} has no one-hot block: it would be ${field.length} times ${each} inputs. Say what networks see of a state ` +
          'with observe: { inputs, tokens, token }, { inputs, hot } or { inputs, value }.',
      );
    }
    return block;
  });
  return {
    ...{ kind: 'tokens', width, size },
    encode(row, put) {
      for (const { field, each, position, input } of blocks) {
        repeat(field.length, (i) => {
          const number = row.at(i.add(field.offset));
          const first = i.multiply(each).add(input);
          const token = isBit(field) ? select(number.notEqual(0), first, -1) : first.add(number.subtract(field.min));
          put(i.add(position), token);
        });
      }
    },
  };
}

const toFloatOf = (value: FloatLike): Float => (typeof value === 'number' ? float(value) : value);

const isBit = ({ kind }: PlacedField): boolean => kind === 'bits' || kind === 'flag';
