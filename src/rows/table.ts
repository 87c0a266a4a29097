import { type Float, type Int, type IntLike, valueFor, wrapToUse } from './expression.ts';
import { makeValue, placeWithin, recordingNow } from './recording.ts';

/** Constant numbers, made outside of programs and looked up by index inside them. */
export interface Table<Number extends Int | Float> {
  readonly name: string;
  readonly data: Float32Array | Int32Array;
  readonly length: number;
  /** The number at an index, which is clamped. @throws on an index that is never in range */
  at(index: IntLike): Number;
}

/**
 * A table of int32 or float32 numbers. The host looks float64 numbers up with all digits, devices as float32. Programs
 * carry their tables to devices; the numbers are copied now.
 *
 * @param name its name in messages
 * @throws if it is empty or an array of another type, or a number is not finite
 */
export function table(name: string, numbers: Int32Array): Table<Int>;
export function table(name: string, numbers: Float32Array | Float64Array): Table<Float>;
export function table(name: string, numbers: Float32Array | Float64Array | Int32Array): Table<Int | Float> {
  if (![Float32Array, Float64Array, Int32Array].some((type) => (numbers as unknown) instanceof type)) {
    throw new Error(
      `The table ${name} has to be an Int32Array, a Float32Array or a Float64Array, such as Float32Array.from(numbers).`,
    );
  }
  const exact = numbers instanceof Float64Array ? numbers.slice() : undefined;
  const data = numbers instanceof Float64Array ? Float32Array.from(numbers) : numbers.slice();
  if (data.length === 0) throw new Error(`The table ${name} is empty.`);
  const wrong = data.findIndex((number) => !Number.isFinite(number));
  if (wrong >= 0) throw new Error(`The table ${name} has ${data[wrong]} at index ${wrong}; its numbers are finite.`);
  const self: Table<Int | Float> = {
    ...{ name, data, length: data.length },
    at(index) {
      const recording = recordingNow(`${name}.at`);
      const place = placeWithin(recording, name, valueFor(recording, `${name}.at`, index, 'int'), data.length);
      const known = recording.tables.findIndex((candidate) => candidate.data === data);
      const number = known >= 0 ? known : recording.tables.push({ name, data, exact }) - 1;
      const type = data instanceof Int32Array ? 'int' : 'float';
      return wrapToUse(recording, makeValue(recording, type, { kind: 'entry', table: number, ...place })) as
        | Int
        | Float;
    },
  };
  return self;
}
