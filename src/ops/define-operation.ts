import type { DerivativePlace, Operation, Tape, Tensor, TensorType } from '../tape/index.ts';
import { commonRows, describeType, sameShape } from '../tape/index.ts';
import { filled } from './elementwise.ts';
import { operations } from './operations.ts';
import type { HostBuffer, HostFunction, RowProgramAttributes } from './row-program.ts';

/** One value for each of a list of names, in their order. */
export type ForEach<Names extends readonly string[], Value> = { readonly [Place in keyof Names]: Value };

/** What an operation computes in each row of its outputs, once for the host and once for GPUs. */
export interface OperationProgram<Inputs extends readonly string[], Outputs extends readonly string[]> {
  /**
   * Computes rows start .. start + count - 1 of the outputs; buffers come whole, inputs first. Used by the cpu device,
   * in float32 and on one thread, and by the reference device, in float64.
   */
  readonly host: (buffers: ForEach<readonly [...Inputs, ...Outputs], HostBuffer>, start: number, count: number) => void;
  /**
   * The same in WGSL: text that defines `fn row(n: i32)`, which computes row n. The buffers are in scope under their
   * names as `array<f32>` or `array<i32>`, bound read_write. Without it the operation is refused on a GPU.
   */
  readonly wgsl?: string;
}

/** Where a derivative is recorded. */
export interface OperationPlace<Inputs extends readonly string[], Outputs extends readonly string[]> {
  readonly tape: Tape;
  readonly inputs: ForEach<Inputs, Tensor>;
  readonly outputs: ForEach<Outputs, Tensor>;
  /** The derivative of the scalar by each output, f32 of its shape; zeros where the scalar does not depend on it. */
  readonly cotangents: ForEach<Outputs, Tensor>;
  /** Whether input i needs a derivative, so that a rule can leave out work nobody asked for. */
  needs(input: number): boolean;
}

/** An operation of one's own: see `defineOperation`. */
export interface OperationDefinition<Inputs extends readonly string[], Outputs extends readonly string[]> {
  /** Names it in messages and profiles. */
  readonly name: string;
  /** What the program calls its inputs and outputs; together at most 7, so that every GPU can bind them. */
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  /**
   * The shape rule: each output's type, the rows in front, as many for all. Rows counted on the device are taken over
   * from the inputs. Throw an Error on inputs that do not fit: `expect` names the operation and their shapes.
   */
  readonly infer: (inputs: ForEach<Inputs, Tensor>) => ForEach<Outputs, TensorType>;
  /** The program for inputs of these types: a row's width, say, is written into its text. */
  readonly program: (inputs: ForEach<Inputs, Tensor>) => OperationProgram<Inputs, Outputs>;
  /**
   * Records, on the same tape, the product of the cotangents with the Jacobian by each input, of the input's shape, or
   * undefined where there is none. It may use further operations of one's own. `none`: a gradient through it is refused.
   */
  readonly derivative: 'none' | ((place: OperationPlace<Inputs, Outputs>) => ForEach<Inputs, Tensor | undefined>);
}

/** Storage buffers that every GPU binds in a launch, less one for the rows' window. */
const maxBuffers = 7;

/** What a row program's WGSL already declares. */
const taken = new Set(['row', 'main', 'row_start', 'row_count']);

/**
 * An operation of one's own, computed row by row by a program that is given twice: in TypeScript for the cpu and
 * reference devices, in WGSL for GPUs. Settings are closed over: a function of them returns the operation.
 *
 * @returns a function that records the operation on its inputs' tape and gives its outputs
 * @throws on a name that is flowtape's own, on buffers that WGSL could not call so, and on too many. The function
 *   throws where an output has no rows, or inputs are counted by different windows; recording a gradient throws where
 *   the rule gives another shape than the input's
 */
export function defineOperation<const Inputs extends readonly string[], const Outputs extends readonly string[]>(
  definition: OperationDefinition<Inputs, Outputs>,
): (...inputs: ForEach<Inputs, Tensor>) => ForEach<Outputs, Tensor> {
  const { name, derivative } = definition;
  const names = checkNames(name, definition.inputs, definition.outputs);
  const operation: Operation<RowProgramAttributes> = {
    name,
    kernel: 'rowProgram',
    infer: (_, { outputs }) => outputs,
    derivative:
      derivative === 'none'
        ? 'none'
        : (place) => {
            const products = derivative(withZeros(place) as unknown as OperationPlace<Inputs, Outputs>);
            checkProducts(name, definition.inputs, place.inputs, products);
            return products;
          },
  };
  return (...inputs) => {
    const given: readonly Tensor[] = inputs;
    if (given.length !== definition.inputs.length) {
      throw new Error(
        `${name}: takes ${definition.inputs.length} inputs (${definition.inputs.join(', ')}), got ${given.length}.`,
      );
    }
    const rows = commonRows(name, given);
    const outputs = (definition.infer(inputs) as readonly TensorType[]).map(
      (type): TensorType => (rows && !type.rows ? { ...type, rows } : type),
    );
    const rowCount = rowsOf(name, definition.outputs, outputs, rows?.capacity);
    const { host, wgsl } = definition.program(inputs);
    const program = {
      name,
      buffers: names.map((buffer) => ({ name: buffer })),
      host: host as unknown as HostFunction,
      ...(wgsl === undefined ? {} : { wgsl }),
    };
    const recorded = given[0].tape.record(operation, given, { program, outputs, rowCount });
    return recorded as unknown as ForEach<Outputs, Tensor>;
  };
}

function checkNames(name: string, inputs: readonly string[], outputs: readonly string[]): readonly string[] {
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
  names.forEach((buffer, i) => {
    const fits = /^[a-zA-Z][a-zA-Z0-9_]*$/.test(buffer) && !buffer.includes('__') && !taken.has(buffer);
    if (fits && names.indexOf(buffer) === i) return;
    throw new Error(
      `defineOperation ${name}: "${buffer}" cannot name a buffer in WGSL. Give every input and output a name of its ` +
        `own, of letters and digits, and none of ${[...taken].join(', ')}.`,
    );
  });
  return names;
}

/** How many rows the program runs over. @throws unless all outputs have as many, counted as the inputs are */
function rowsOf(
  name: string,
  names: readonly string[],
  outputs: readonly TensorType[],
  capacity: number | undefined,
): number {
  if (outputs.length !== names.length) {
    throw new Error(
      `${name}: its shape rule gives ${outputs.length} outputs, not ${names.length} (${names.join(', ')}).`,
    );
  }
  const count = outputs[0].shape[0];
  outputs.forEach((type, i) => {
    if (type.shape.length === 0) {
      throw new Error(`${name}: output ${names[i]} has no rows. A program makes rows; add them up with sum.`);
    }
    if (type.shape[0] === count && (capacity === undefined || count === capacity)) return;
    throw new Error(
      `${name}: output ${names[i]} is ${describeType(type)}; it has to have ${capacity ?? count} rows, ` +
        `as ${capacity === undefined ? `output ${names[0]} has` : 'the inputs by rows have'}.`,
    );
  });
  return count;
}

function withZeros(place: DerivativePlace<RowProgramAttributes>): DerivativePlace<RowProgramAttributes> {
  const cotangents = place.outputs.map((output, i) => place.cotangents[i] ?? filled(output.tape, output.shape, 0));
  return { ...place, cotangents };
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
