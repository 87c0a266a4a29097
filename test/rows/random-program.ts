import fc from 'fast-check';
import * as rows from '../../src/rows/index.ts';

/** Something a random program does: which kind, and which operands and settings, as numbers that are taken modulo what there is. */
export interface Step {
  readonly kind: number;
  readonly numbers: readonly number[];
  /** What is done inside, where it is a block. */
  readonly body: readonly Step[];
}

const stepOf = (depth: number): fc.Arbitrary<Step> =>
  fc.record({
    kind: fc.nat(99),
    numbers: fc.array(fc.nat(9999), { minLength: 4, maxLength: 4 }),
    body: depth === 0 ? fc.constant([]) : fc.array(stepOf(depth - 1), { minLength: 1, maxLength: 3 }),
  });

/** Steps of a random program; see `randomProgram`. */
export const randomSteps: fc.Arbitrary<readonly Step[]> = fc.array(stepOf(2), { minLength: 4, maxLength: 16 });

const edges = [0, 1, -1, 2, 3, -7, 31, 32, 33, 100, 255, 65_536, -65_537, 2 ** 31 - 1, -(2 ** 31), -(2 ** 31) + 1];

/** Integers as the edges of int32 have them, every other of any size. @param random a whole number below 2^20 */
export const drawInteger = (random: number): number =>
  random % 2 === 0 ? edges[(random >> 1) % edges.length] : Math.imul(random, 0x9e3779b1);

const squares = rows.table('squares', Int32Array.of(0, 1, 4, 9, 16, -25, 2 ** 31 - 1));
const wholes = rows.table('wholes', Float32Array.of(0, 1, -2, 3, 1000));

const intFunctions = [
  'add subtract multiply divide remainder min max bitAnd bitOr bitXor shiftLeft shiftRight shiftRightUnsigned',
  'add subtract multiply divide remainder min max bitAnd bitOr bitXor shiftLeft shiftRight shiftRightUnsigned',
  'negate abs',
]
  .join(' ')
  .split(' ') as ('add' | 'negate')[];
const comparisons = ['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'] as const;
const boolFunctions = ['and', 'or', 'xor', 'not'] as const;
const floatFunctions = ['add', 'subtract', 'multiply', 'min', 'max', 'negate', 'abs', 'halve'] as const;

export const randomSignature = {
  buffers: {
    integers: rows.reads('i32', 4),
    numbers: rows.reads('f32', 2),
    made: rows.updates('i32', 3),
    float: rows.writes('f32'),
  },
};

/**
 * A program of these steps. All that is made in a block goes into one number at its end, so that nothing is without
 * influence on what is written. Floats are whole numbers of at most 1,000, and halves in between, which float32 and
 * float64 compute with alike.
 */
export function randomProgram(steps: readonly Step[]): rows.Program {
  return rows.record({ owner: 'test', name: 'random' }, randomSignature, ({ integers, numbers, made, float }, n) => {
    const total = rows.local(17);
    const number = rows.local(rows.float(1));
    const flag = rows.local(false);
    const cells = rows.scratch(3);

    const run = (inner: readonly Step[], outer: Pools) => {
      const pools: Pools = { ints: [...outer.ints], floats: [...outer.floats], bools: [...outer.bools] };
      const bounded = (value: rows.Float) => value.max(-1000).min(1000);
      for (const step of inner) takeStep(step, pools, bounded);
      const added = <Value>(all: readonly Value[], known: readonly Value[]) => all.slice(known.length);
      for (const value of added(pools.ints, outer.ints)) mix(value);
      for (const value of added(pools.bools, outer.bools)) mix(value.toInt());
      for (const value of added(pools.floats, outer.floats)) mix(value.multiply(2).toInt());
    };
    const mix = (value: rows.Int) => total.set(total.get().multiply(31).bitXor(value));

    // Of a variable's number nothing is known, so that indices reach outside on both sides.
    const wild = rows.local(0);
    const anywhere = (value: rows.Int) => {
      wild.set(value);
      return wild.get();
    };

    const takeStep = ({ kind, numbers: chosen, body }: Step, pools: Pools, bounded: (x: rows.Float) => rows.Float) => {
      const { ints, floats, bools } = pools;
      const of = <Value>(values: readonly Value[], at: number): Value => values[chosen[at] % values.length];
      const int = (at: number) => of(ints, at);
      const operand = (at: number) => (chosen[at] % 3 === 0 ? drawInteger(chosen[at]) : int(at));
      if (kind < 35) {
        const name = intFunctions[chosen[0] % intFunctions.length];
        ints.push(name === 'negate' ? int(1).negate() : int(1)[name](operand(2)));
      } else if (kind < 45) {
        const name = of(floatFunctions, 0);
        const [a, b] = [of(floats, 1), of(floats, 2)];
        const value =
          name === 'halve' ? a.multiply(0.5).floor() : name === 'negate' || name === 'abs' ? a[name]() : a[name](b);
        floats.push(bounded(value));
      } else if (kind < 55) {
        const name = of(comparisons, 0);
        bools.push(chosen[1] % 3 === 0 ? of(floats, 2)[name](of(floats, 3)) : int(2)[name](operand(3)));
      } else if (kind < 62) {
        const name = of(boolFunctions, 0);
        bools.push(name === 'not' ? of(bools, 1).not() : of(bools, 1)[name](of(bools, 2)));
      } else if (kind < 68) {
        const condition = of(bools, 0);
        ints.push(rows.select(condition, int(1), operand(2)));
        floats.push(rows.select(condition, of(floats, 1), of(floats, 2)));
      } else if (kind < 72) {
        floats.push(bounded(int(0).remainder(2000).toFloat()));
        ints.push(of(floats, 1).toInt());
      } else if (kind < 77) {
        ints.push(chosen[0] % 2 === 0 ? integers.at(anywhere(int(1))) : integers.of(int(2)).at(anywhere(int(1))));
      } else if (kind < 80) {
        ints.push(squares.at(anywhere(int(1))));
        floats.push(wholes.at(anywhere(int(2))));
      } else if (kind < 84) {
        cells.set(anywhere(int(0)), operand(1));
        ints.push(cells.at(anywhere(int(2))));
      } else if (kind < 87) {
        made.set(anywhere(int(0)), int(1));
        ints.push(made.at(anywhere(int(2))));
      } else if (kind < 90) {
        number.set(of(floats, 0));
        flag.set(of(bools, 1));
        floats.push(number.get());
        bools.push(flag.get());
      } else if (kind < 95) {
        rows.when(
          of(bools, 0),
          () => run(body, pools),
          () => run(body.slice(1), pools),
        );
      } else {
        const times = chosen[0] % 2 === 0 ? chosen[1] % 4 : { times: int(2), max: 3 };
        rows.repeat(times, (i) => run(body, { ...pools, ints: [...ints, i] }));
      }
    };

    const given = {
      ints: [integers.at(0), integers.at(1), n],
      floats: [numbers.at(0), numbers.at(1)],
      bools: [numbers.at(0).less(numbers.at(1))],
    };
    run(steps, given);
    for (const value of [...given.ints, ...given.floats.map((x) => x.toInt()), given.bools[0].toInt()]) mix(value);
    made.set(0, total.get());
    made.set(1, flag.get().toInt());
    float.set(0, number.get());
  });
}

interface Pools {
  readonly ints: rows.Int[];
  readonly floats: rows.Float[];
  readonly bools: rows.Bool[];
}
