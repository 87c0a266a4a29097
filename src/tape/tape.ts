import type { Loop, LoopHint, Node, Operation, Write } from './operation.ts';
import type { DType, Rows, Shape, Tensor, TensorType } from './tensor.ts';
import { checkDType, describeType, elementCount, storageOf } from './tensor.ts';
import { type Variable, variable } from './variable.ts';

/** Further properties of a node. */
export interface RecordOptions {
  readonly writes?: readonly Write[];
  readonly rows?: Rows;
}

/**
 * A recorded computation, which runs later. Nodes are in the order of recording, and a plan keeps that order wherever
 * variables are written, so a tape has the same meaning as its statements executed one by one.
 */
export interface Tape {
  readonly nodes: readonly Node[];
  /** Records an operation. Its outputs' types come from its shape rule. */
  record<A>(operation: Operation<A>, inputs: readonly Tensor[], attributes: A, options?: RecordOptions): Tensor[];
  /**
   * An input: a variable of this tape's own that is set before runs.
   * @param dtype `f32` by default
   * @throws if the tape already has an input of this name
   */
  input(name: string, shape: Shape, dtype?: DType): Tensor;
  /** The variables behind the inputs, by name. */
  readonly inputs: ReadonlyMap<string, Variable>;
  /** Numbers fixed at compile time, uploaded once. */
  constant(dtype: DType, shape: Shape, values: ArrayLike<number>): Tensor;
  /** The current contents of a variable, or of the part of it that starts at `part.offset` (in elements). */
  read(variable: Variable, part?: { readonly offset: number; readonly shape: Shape; readonly rows?: Rows }): Tensor;
  /**
   * A bounded loop: `body` is recorded once and run until `window` (int32, [start, count]) has no rows, at most `max`
   * times. Tensors made in the body over rows of `window` are filled window by window; variables carry state between
   * iterations. A GPU always runs the body's launches `max` times, so with an empty window the body must not change
   * anything; operations by rows of the window don't. `hint` describes the loop to devices that launch some loops as a
   * whole.
   */
  loop<T>(label: string, max: number, window: Variable, body: () => T, hint?: LoopHint): T;
  /** Whether a loop's body is being recorded. */
  readonly isInLoop: boolean;
  /** How many times `variable` has been written so far on this tape. */
  versionOf(variable: Variable): number;
}

interface TapeState {
  nextTensor: number;
  nodes: Node[];
  versions: Map<Variable, number>;
  loop: Loop | undefined;
}

/** An empty tape. */
export function createTape(): Tape {
  const state: TapeState = { nextTensor: 0, nodes: [], versions: new Map(), loop: undefined };
  const versionOf = (variable: Variable) => state.versions.get(variable) ?? 0;
  const inputs = new Map<string, Variable>();

  const tape: Tape = {
    nodes: state.nodes,
    versionOf,
    get isInLoop() {
      return state.loop !== undefined;
    },
    record(operation, inputs, attributes, options = {}) {
      for (const input of inputs) checkReadable(operation.name, tape, input);
      for (const { rows } of [...inputs, options]) if (rows) checkReadable(operation.name, tape, rows.window);
      const types = operation.infer(inputs, attributes);
      const rows = options.rows ?? types.find((type) => type.rows)?.rows;
      const outputs: Tensor[] = [];
      const node: Node = {
        index: state.nodes.length,
        operation: operation as Operation,
        inputs,
        attributes,
        outputs,
        writes: options.writes ?? [],
        ...(rows ? { rows } : {}),
        ...(state.loop ? { loop: state.loop } : {}),
      };
      types.forEach((type, output) => {
        outputs.push({ ...type, id: state.nextTensor++, tape, source: { kind: 'node', node, output } });
      });
      state.nodes.push(node);
      for (const write of node.writes) state.versions.set(write.variable, versionOf(write.variable) + 1);
      return outputs;
    },
    inputs,
    input(name, shape, dtype = 'f32') {
      if (inputs.has(name)) throw new Error(`input: this tape has an input ${name} already.`);
      const input = variable(name, dtype, shape);
      inputs.set(name, input);
      return tape.read(input);
    },
    constant(dtype, shape, values) {
      checkDType('constant', dtype);
      if (values.length !== elementCount(shape)) {
        throw new Error(`constant: ${values.length} values for shape [${shape.join(', ')}].`);
      }
      const data = dtype === 'f32' ? Float32Array.from(values) : Int32Array.from(values);
      return { id: state.nextTensor++, tape, dtype, shape, source: { kind: 'constant', data } };
    },
    read(variable, part = { offset: 0, shape: variable.shape }) {
      if (part.offset + elementCount(part.shape) > elementCount(variable.shape)) {
        throw new Error(
          `read: ${elementCount(part.shape)} elements at ${part.offset} do not lie within variable ${variable.name} ` +
            `of ${elementCount(variable.shape)} elements.`,
        );
      }
      const { dtype } = variable;
      const source = { kind: 'variable' as const, variable, offset: part.offset, version: versionOf(variable) };
      const rows = part.rows ? { rows: part.rows } : {};
      return { id: state.nextTensor++, tape, dtype, shape: part.shape, ...rows, source };
    },
    loop(label, max, window, body, hint) {
      if (state.loop)
        throw new Error(`loop ${label}: loops do not nest; it was begun inside loop ${state.loop.label}.`);
      if (!Number.isInteger(max) || max < 1)
        throw new Error(`loop ${label}: the maximum number of iterations must be a positive integer, not ${max}.`);
      state.loop = { label, max, window: tape.read(window), hint };
      try {
        return body();
      } finally {
        state.loop = undefined;
      }
    },
  };
  return tape;
}

/** Checks that a tensor belongs to this tape and that its variable, if it reads one, has not been written since. */
export function checkReadable(operation: string, tape: Tape, input: Tensor): void {
  if (input.tape !== tape) throw new Error(`${operation}: ${describeType(input)} belongs to another tape.`);
  const { source } = storageOf(input);
  if (source.kind === 'variable' && !isReadable(input)) {
    throw new Error(
      `${operation}: variable ${source.variable.name} has been written since it was read. ` +
        `Read it again with tape.read for its present contents, or record this operation before the write.`,
    );
  }
}

/** Whether the tensor is still valid: its variable, if it reads one, has not been written since. */
export function isReadable(tensor: Tensor): boolean {
  const { source } = storageOf(tensor);
  return source.kind !== 'variable' || tensor.tape.versionOf(source.variable) === source.version;
}

/** The type of a variable's slice, for `Write`. */
export function writeTo(
  variable: Variable,
  part?: { readonly offset: number; readonly shape: Shape; readonly rows?: Rows },
): Write {
  const type: TensorType = {
    dtype: variable.dtype,
    shape: part?.shape ?? variable.shape,
    ...(part?.rows ? { rows: part.rows } : {}),
  };
  return { variable, offset: part?.offset ?? 0, type };
}
