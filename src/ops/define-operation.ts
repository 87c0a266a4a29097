import type { BufferType, BufferViews } from '../rows/buffers.ts';
import { cotangentName, derive } from '../rows/derivative.ts';
import type { Int } from '../rows/expression.ts';
import type { Program } from '../rows/program.ts';
import { record, refuseOtherRows } from '../rows/record.ts';
import type { Operation, Rows, Shape, Tape, Tensor, TensorType } from '../tape/index.ts';
import { commonRows, describeType, elementCount, sameShape } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import { filled } from './elementwise.ts';
import { operations } from './operations.ts';
import { sum } from './reduce.ts';
import { reshape } from './reshape.ts';
import {
  type HostBuffer,
  hasTables,
  type RowProgram,
  type RowProgramAttributes,
  recordedRowProgram,
  withTables,
} from './row-program.ts';

/** The type of an input: rows of numbers, or numbers that all rows share (`shared`). */
export type InputType = 'f32' | 'i32' | SharedInput;

/** Numbers that all rows share. */
export interface SharedInput<DType extends 'f32' | 'i32' = 'f32' | 'i32'> {
  readonly shared: DType;
}

/** Declares an input that all rows share, such as weights; the program sees all its numbers as one row. */
export const shared = <const DType extends 'f32' | 'i32'>(dtype: DType): SharedInput<DType> => ({ shared: dtype });

/** The inputs and outputs of your own operation, by name. */
export type OperationInputs = Readonly<Record<string, InputType>>;
export type OperationOutputs = Readonly<Record<string, 'f32' | 'i32'>>;

/** One value for each name. */
export type ForEach<Names, Value> = { readonly [Name in keyof Names]: Value };

type DTypeOf<Type> = Type extends 'f32' | 'i32' ? Type : Type extends SharedInput<infer DType> ? DType : never;

/** The buffers of a row: inputs are read, outputs written. */
export type OperationBuffers<Inputs extends OperationInputs, Outputs extends OperationOutputs> = BufferViews<{
  readonly [Name in keyof (Inputs & Outputs)]: BufferType<DTypeOf<(Inputs & Outputs)[Name]>>;
}>;

/** Where a derivative is recorded. */
export interface OperationPlace<Inputs extends OperationInputs, Outputs extends OperationOutputs> {
  readonly tape: Tape;
  readonly inputs: ForEach<Inputs, Tensor>;
  readonly outputs: ForEach<Outputs, Tensor>;
  /** The derivative of the scalar by each output, f32 of its shape; zeros if the scalar does not depend on it. */
  readonly cotangents: ForEach<Outputs, Tensor>;
  /** Whether an input needs a derivative, so that a rule can skip the rest. */
  needs(input: keyof Inputs): boolean;
}

interface Definition<Inputs extends OperationInputs, Outputs extends OperationOutputs> {
  /** Names it in messages and profiles. */
  readonly name: string;
  /** The inputs by name; with outputs and tables at most 7, so that every GPU can bind them. */
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  /**
   * The shape rule: each output's shape, the rows in front, as many for all. Rows counted on the device carry over from
   * the inputs. Throw an Error if the inputs do not fit: `expect` names the operation and their shapes.
   */
  readonly shapes: (inputs: ForEach<Inputs, Tensor>) => ForEach<Outputs, Shape>;
}

/** Your own operation, whose rows are computed by a program in the row language. */
export interface RecordedDefinition<Inputs extends OperationInputs, Outputs extends OperationOutputs>
  extends Definition<Inputs, Outputs> {
  /**
   * Computes row `n` of the outputs. Recorded whenever the operation is, twice, to see that it does the same, and written
   * out for every device.
   */
  readonly row: (buffers: OperationBuffers<Inputs, Outputs>, n: Int) => void;
  readonly host?: undefined;
  /**
   * Records, on the same tape, the product of the cotangents with the Jacobian by each input, of the input's shape; omitted
   * inputs have no derivative. It may use your other operations. `derived`: derive it from the program. `none`: refuse
   * gradients through the operation.
   */
  readonly derivative: 'derived' | 'none' | Rule<Inputs, Outputs>;
}

/** Your own operation in TypeScript, where the row language does not suffice; only for the cpu and reference devices. */
export interface HostDefinition<Inputs extends OperationInputs, Outputs extends OperationOutputs>
  extends Definition<Inputs, Outputs> {
  /** Computes rows start .. start + count - 1 of the outputs, on one thread; buffers come whole. */
  readonly host: (buffers: ForEach<Inputs & Outputs, HostBuffer>, start: number, count: number) => void;
  readonly row?: undefined;
  /** As in `RecordedDefinition`. */
  readonly derivative: 'none' | Rule<Inputs, Outputs>;
}

type Rule<Inputs extends OperationInputs, Outputs extends OperationOutputs> = (
  place: OperationPlace<Inputs, Outputs>,
) => { readonly [Name in keyof Inputs]?: Tensor | undefined };

/** The definition of your own operation; see `defineOperation`. */
export type OperationDefinition<Inputs extends OperationInputs, Outputs extends OperationOutputs> =
  | RecordedDefinition<Inputs, Outputs>
  | HostDefinition<Inputs, Outputs>;

/** Storage buffers that every GPU binds in a launch, less one for the rows' window. */
const maxBuffers = 7;

/**
 * Defines your own operation, computed row by row. You write its program once, in the row language (`flowtape/rows`); it
 * runs as WebAssembly on all threads of the cpu device, as WGSL on GPUs and in float64 on the reference device. Its
 * derivative can be derived. To give an operation settings, write a function of them that returns the operation.
 *
 * @returns a function that records the operation on its inputs' tape and returns its outputs, both by name
 * @throws on a name that flowtape uses itself, and on too many buffers. The function throws if an output has no rows, an
 *   input has the wrong type, inputs are counted by different windows, or the program is refused (`record`); recording a
 *   gradient throws if the rule returns a shape that differs from the input's, or if no derivative can be derived
 */
export function defineOperation<const Inputs extends OperationInputs, const Outputs extends OperationOutputs>(
  definition: OperationDefinition<Inputs, Outputs>,
): (inputs: ForEach<Inputs, Tensor>) => ForEach<Outputs, Tensor> {
  checkGiven('defineOperation', { definition }, { name: 'text', inputs: 'object', outputs: 'object' });
  const names = { inputs: Object.keys(definition.inputs), outputs: Object.keys(definition.outputs) };
  checkNames(definition.name, names.inputs, names.outputs);
  const operation: Operation<RowProgramAttributes> = {
    name: definition.name,
    kernel: 'rowProgram',
    infer: (_, { outputs }) => outputs,
    derivative:
      definition.derivative === 'none'
        ? 'none'
        : ({ inputs: given, outputs, cotangents, tape, attributes, needs }) => {
            const inputs = hasTables(attributes.program) ? given.slice(0, -1) : given;
            const place: OperationPlace<Inputs, Outputs> = {
              ...{ tape, inputs: named(names.inputs, inputs), outputs: named(names.outputs, outputs) },
              cotangents: named(
                names.outputs,
                outputs.map((output, i) => cotangents[i] ?? filled(output.tape, output.shape, 0)),
              ),
              needs: (input) => needs(names.inputs.indexOf(input as string)),
            };
            const products =
              definition.derivative === 'derived'
                ? derivedProducts(definition, attributes, place)
                : (definition.derivative as Rule<Inputs, Outputs>)(place);
            const list = names.inputs.map((input) => products[input as keyof Inputs]);
            checkProducts(definition.name, names.inputs, inputs, list);
            return list;
          },
  };
  return (inputs) => {
    const given = names.inputs.map((input) => inputs[input]);
    checkInputs(definition.name, definition.inputs, given);
    const rows = commonRows(definition.name, given);
    const shapes = definition.shapes(inputs);
    const outputs = names.outputs.map(
      (output): TensorType => ({
        ...{ dtype: definition.outputs[output], shape: shapes[output] },
        ...(rows ? { rows } : {}),
      }),
    );
    const rowCount = rowsOf(definition.name, names.outputs, outputs, rows?.capacity);
    const program = programOf(definition, names, given, outputs, rowCount);
    const { tape } = given[0];
    const recorded = tape.record(operation, withTables(tape, program, given), { program, outputs, rowCount });
    return named(names.outputs, recorded);
  };
}

const named = <Names>(names: readonly string[], values: readonly Tensor[]) =>
  Object.fromEntries(names.map((name, i) => [name, values[i]])) as ForEach<Names, Tensor>;

const isShared = (type: InputType): type is SharedInput => typeof type !== 'string';

function programOf<Inputs extends OperationInputs, Outputs extends OperationOutputs>(
  definition: OperationDefinition<Inputs, Outputs>,
  names: { readonly inputs: readonly string[]; readonly outputs: readonly string[] },
  inputs: readonly Tensor[],
  outputs: readonly TensorType[],
  rowCount: number,
): RowProgram {
  const { name } = definition;
  const all = [...names.inputs, ...names.outputs];
  if (definition.host) {
    const { host } = definition;
    return {
      name,
      buffers: all.map((buffer) => ({ name: buffer })),
      host: (buffers, start, count) =>
        host(
          Object.fromEntries(all.map((buffer, i) => [buffer, buffers[i]])) as ForEach<Inputs & Outputs, HostBuffer>,
          start,
          count,
        ),
    };
  }
  const buffers: Record<string, BufferType> = {};
  names.inputs.forEach((input, i) => {
    const width = isShared(definition.inputs[input])
      ? elementCount(inputs[i].shape)
      : widthOf(name, input, inputs[i], rowCount);
    buffers[input] = { dtype: inputs[i].dtype, width, access: 'read' };
  });
  names.outputs.forEach((output, i) => {
    buffers[output] = { dtype: outputs[i].dtype, width: elementCount(outputs[i].shape.slice(1)), access: 'write' };
  });
  const program = record({ owner: name, name: 'row' }, { buffers }, (views, n) => {
    const sharedNames = names.inputs.filter((input) => isShared(definition.inputs[input]));
    const seen = { ...views, ...Object.fromEntries(sharedNames.map((input) => [input, views[input].of(0)])) };
    definition.row(seen as unknown as OperationBuffers<Inputs, Outputs>, n);
  });
  refuseOtherRows(program);
  return { ...recordedRowProgram(program), name };
}

/** @throws if an input by rows has a different number of rows from the outputs */
function widthOf(name: string, input: string, tensor: Tensor, rowCount: number): number {
  if (tensor.shape.length > 0 && tensor.shape[0] === rowCount) return elementCount(tensor.shape.slice(1));
  throw new Error(
    `${name}: input ${input} is ${describeType(tensor)}; inputs by rows have as many as the outputs, ${rowCount}. ` +
      `Where all rows share it, declare it as shared('${tensor.dtype}').`,
  );
}

/** Derived programs, by the original program and the inputs to differentiate by. */
const derivedPrograms = new WeakMap<Program, Map<string, Program>>();

function derivedProducts<Inputs extends OperationInputs, Outputs extends OperationOutputs>(
  { name, inputs: types, outputs: outputTypes }: OperationDefinition<Inputs, Outputs>,
  { program: { program }, rowCount }: RowProgramAttributes,
  { tape, inputs, outputs, cotangents, needs }: OperationPlace<Inputs, Outputs>,
): { readonly [Name in keyof Inputs]?: Tensor } {
  if (!program) return {};
  const by = Object.keys(inputs).filter((input) => inputs[input].dtype === 'f32' && needs(input));
  const of = Object.keys(outputs).filter((output) => outputTypes[output] === 'f32');
  const known = derivedPrograms.get(program) ?? new Map<string, Program>();
  derivedPrograms.set(program, known);
  const derived = known.get(by.join()) ?? derive(program, by);
  known.set(by.join(), derived);
  if (derived.buffers.length + (derived.tables.length > 0 ? 1 : 0) > maxBuffers) {
    throw new Error(
      `${name}: its derivative binds ${derived.buffers.length} buffers: inputs, cotangents and derivatives. A GPU binds ` +
        `at most ${maxBuffers}. Give a rule, or put several inputs into one.`,
    );
  }
  const rows = Object.values<Tensor>(outputs)[0].rows;
  const result = by.map((input) => derivativeType(types[input], inputs[input], rowCount, rows));
  const operation: Operation<RowProgramAttributes> = {
    name: `${name}, derived`,
    kernel: 'rowProgram',
    infer: () => result,
    derivative() {
      throw new Error(
        `gradient: the derivative of ${name} is derived from its program, and none is derived of that again. For a ` +
          `derivative of a derivative give ${name} a rule made of operations that have one (derivative: ({ inputs, ` +
          'cotangents }) => ...), or put stopGradient around the gradient.',
      );
    },
  };
  const rowProgram = { ...recordedRowProgram(derived), name: operation.name };
  const given = [...Object.values<Tensor>(inputs), ...of.map((output) => cotangents[output])];
  // In the order of the derived program's buffers.
  const ordered = derived.buffers.slice(0, derived.buffers.length - by.length).map(({ name: buffer }) => {
    const output = of.find((candidate) => cotangentName(candidate) === buffer);
    return output === undefined ? inputs[buffer] : cotangents[output];
  });
  if (ordered.length !== given.length)
    throw new Error(`${name}: its derivative misses a buffer. This is a bug in flowtape.`);
  const attributes = { program: rowProgram, outputs: result, rowCount };
  const made = tape.record(operation, withTables(tape, rowProgram, ordered), attributes);
  const products = by.map((input, i) => {
    // Each row has its own part of the gradient of shared numbers.
    return [input, isShared(types[input]) ? reshape(sum(made[i], 0), inputs[input].shape) : made[i]];
  });
  return Object.fromEntries(products) as { readonly [Name in keyof Inputs]?: Tensor };
}

function derivativeType(type: InputType, input: Tensor, rowCount: number, rows: Rows | undefined): TensorType {
  const shape = isShared(type) ? [rowCount, elementCount(input.shape)] : input.shape;
  return { dtype: 'f32', shape, ...(rows ? { rows } : {}) };
}

function checkNames(name: string, inputs: readonly string[], outputs: readonly string[]): void {
  if (name in operations || name === 'fused') {
    throw new Error(`defineOperation: ${name} is an operation of flowtape's own. Choose another name.`);
  }
  if (inputs.length === 0 || outputs.length === 0) {
    throw new Error(`defineOperation ${name}: an operation has at least one input and one output.`);
  }
  const names = [...inputs, ...outputs];
  if (names.length > maxBuffers) {
    throw new Error(
      `defineOperation ${name}: ${names.length} inputs and outputs; a GPU binds at most ${maxBuffers} in a launch. ` +
        'Put several into one (concat).',
    );
  }
  for (const buffer of names) {
    const isFit = /^[a-zA-Z][a-zA-Z0-9]*$/.test(buffer) && names.indexOf(buffer) === names.lastIndexOf(buffer);
    if (isFit) continue;
    throw new Error(
      `defineOperation ${name}: "${buffer}" cannot name an input or output. Give each a name of its own, of letters ` +
        'and digits.',
    );
  }
}

function checkInputs(name: string, types: OperationInputs, inputs: readonly Tensor[]): void {
  Object.entries(types).forEach(([input, type], i) => {
    const wanted = isShared(type) ? type.shared : type;
    const tensor: Tensor | undefined = inputs[i];
    if (tensor?.dtype === wanted) return;
    const found = tensor ? `is ${describeType(tensor)}` : 'is missing';
    throw new Error(`${name}: input ${input} is of ${wanted}, and ${found}.`);
  });
}

/** How many rows the program runs over. @throws unless all outputs have equally many, counted like the inputs */
function rowsOf(
  name: string,
  names: readonly string[],
  outputs: readonly TensorType[],
  capacity: number | undefined,
): number {
  outputs.forEach((type, i) => {
    if (!Array.isArray(type.shape)) throw new Error(`${name}: its shape rule gives no shape of output ${names[i]}.`);
    if (type.shape.length === 0) {
      throw new Error(`${name}: output ${names[i]} has no rows. A program makes rows; add them up with sum.`);
    }
    const count = capacity ?? outputs[0].shape[0];
    if (type.shape[0] === count) return;
    throw new Error(
      `${name}: output ${names[i]} is ${describeType(type)}; it has to have ${count} rows, ` +
        `as ${capacity === undefined ? `output ${names[0]} has` : 'the inputs by rows have'}.`,
    );
  });
  return outputs[0].shape[0];
}

function checkProducts(
  name: string,
  names: readonly string[],
  inputs: readonly Tensor[],
  products: readonly (Tensor | undefined)[],
): void {
  products.forEach((product, i) => {
    if (product && !sameShape(product.shape, inputs[i].shape)) {
      throw new Error(
        `${name}: its rule gives ${describeType(product)} as the derivative by ${names[i]}, ` +
          `which is ${describeType(inputs[i])}.`,
      );
    }
  });
}
