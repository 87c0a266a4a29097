import { checkGiven } from '../text/check-given.ts';
import type { Sampler } from './load.ts';

/**
 * The policy of a sampler as an ONNX model (opset 17), if it is a perceptron: from `state`, f32 [N, inputs], to `logits`,
 * f32 [N, actionCount]. A state is encoded as the network's inputs, one number each; if states are encoded as tokens,
 * 1 at every token and 0 elsewhere. Logits of actions that are not allowed are meaningless.
 *
 * @throws Error if the policy is a network over graphs, sequences or relations, and for Munchausen soft Q-learning
 * without `dueling`
 */
export function policyOnnx(given: Pick<Sampler, 'config' | 'problem' | 'policy'>): Uint8Array<ArrayBuffer> {
  checkGiven('policyOnnx', { given }, { policy: 'object', config: 'object', problem: 'problem' });
  const {
    config,
    problem: { environment },
    policy: { layers, parameters },
  } = given;
  const count = layers.length / 2;
  const isPerceptron = layers.every(({ name, shape }, i) =>
    i % 2 === 0 ? /layer\d+\/weight$/.test(name) && shape.length === 2 : /layer\d+\/bias$/.test(name),
  );
  if (!isPerceptron || environment.observation.kind === 'graph') {
    throw new Error(`The policy of ${environment.name} is no perceptron, and only perceptrons are written as ONNX.`);
  }
  const { dueling, munchausen } = config.objectiveOptions;
  if (config.objective === 'soft-dqn' && dueling === false && munchausen !== undefined) {
    throw new Error("This policy's logits are its network's outputs over a temperature, which is not written as ONNX.");
  }
  const { hidden, projection } = config.trainingOptions.network ?? {};
  const isPreset = hidden === undefined && projection === undefined;
  const linear = (isPreset ? environment.perceptron?.projection : projection) === undefined ? 1 : 2;

  const nodes: Field[] = [];
  const tensors: Field[] = [];
  let input = 'state';
  for (let i = 0; i < count; i++) {
    const [weight, bias] = [layers[2 * i], layers[2 * i + 1]];
    // Outputs behind the logits are an objective's own.
    const outputs = i === count - 1 ? environment.actionCount : weight.shape[1];
    for (const [name, { shape, offset }] of [
      [`weight${i}`, weight],
      [`bias${i}`, bias],
    ] as const) {
      const width = shape[shape.length - 1];
      const rows = shape.length === 1 ? 1 : shape[0];
      const kept = new Float32Array(rows * outputs);
      for (let row = 0; row < rows; row++) {
        kept.set(parameters.subarray(offset + row * width, offset + row * width + outputs), row * outputs);
      }
      tensors.push(tensor(name, shape.length === 1 ? [outputs] : [rows, outputs], kept));
    }
    const isRelu = i < count - linear;
    const output = i === count - 1 ? 'logits' : `layer${i}`;
    nodes.push(node('Gemm', [input, `weight${i}`, `bias${i}`], isRelu ? `${output}/sum` : output));
    if (isRelu) nodes.push(node('Relu', [`${output}/sum`], output));
    input = output;
  }
  const graph = message([
    ...nodes,
    [2, text(`${environment.name}, ${config.objective}`)],
    ...tensors,
    [11, valueInfo('state', layers[0].shape[0])],
    [12, valueInfo('logits', environment.actionCount)],
  ]);
  // ModelProto: format version, producer, graph, operator set version.
  return message([...start, [7, graph], [8, message([[2, opset]])]]);
}

/** Whether these are the first bytes of such a model. */
export function isPolicyOnnx(bytes: Uint8Array): boolean {
  return message(start).every((byte, i) => bytes[i] === byte);
}

const opset = 17;

/** A field of a protocol buffer: its number, and a non-negative integer or bytes. */
type Field = readonly [number: number, value: number | Uint8Array];

/** The start of every model: format version and producer. */
const start: readonly Field[] = [
  [1, 8],
  [2, text('flowtape')],
];

/** NodeProto, as a node of a GraphProto. */
function node(operator: string, inputs: readonly string[], output: string): Field {
  const names = inputs.map((name): Field => [1, text(name)]);
  return [1, message([...names, [2, text(output)], [4, text(operator)]])];
}

/** TensorProto of float32, as an initializer of a GraphProto. */
function tensor(name: string, shape: readonly number[], values: Float32Array): Field {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setFloat32(4 * i, value, true);
  const sizes = shape.map((size): Field => [1, size]);
  return [5, message([...sizes, [2, float32], [8, text(name)], [9, bytes]])];
}

const float32 = 1;

/** ValueInfoProto of float32, [N, width]. */
function valueInfo(name: string, width: number): Uint8Array {
  const shape = message([
    [1, message([[2, text('N')]])],
    [1, message([[1, width]])],
  ]);
  const type = message([
    [1, float32],
    [2, shape],
  ]);
  return message([
    [1, text(name)],
    [2, message([[1, type]])],
  ]);
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

/** Writes fields in sequence, as https://protobuf.dev/programming-guides/encoding describes. */
function message(fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  const parts = fields.flatMap(([number, value]) =>
    typeof value === 'number'
      ? [varint(8 * number), varint(value)]
      : [varint(8 * number + 2), varint(value.length), value],
  );
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A non-negative integer, seven bits per byte, the lowest first. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  return Uint8Array.from([...bytes, left]);
}
