import {
  add,
  assign,
  gatherRows,
  gradient,
  less,
  minimum,
  pack,
  pullbackThrough,
  select,
  slice,
  subtract,
  sum,
  withPullback,
  withRows,
} from '../ops/index.ts';
import { compile } from '../plan/index.ts';
import {
  createTape,
  elementCount,
  type Loop,
  type Node,
  type Rows,
  type Tape,
  type Tensor,
  variable,
} from '../tape/index.ts';
import { type Network, prepareNetwork } from './network.ts';

/** Default limit of the activations of a chunk: 256 MiB. */
const defaultBytes = 2 ** 28;

/**
 * The same network, applied to many rows in chunks, so that the activations for a derivative never exceed `bytes`. In a
 * loop's body, and for rows that fit one chunk, it is applied directly.
 */
export function inChunks(network: Network, bytes = defaultBytes): Network {
  const chunks = new Map<string, number>();
  const chunkFor = (observation: Tensor): number => {
    const key = `${observation.dtype} ${observation.shape[1]}`;
    const known = chunks.get(key) ?? chunkOf(network, observation, bytes);
    chunks.set(key, known);
    return known;
  };
  const prepare: NonNullable<Network['prepare']> = (parameters, rows) => {
    const apply = prepareNetwork(network, parameters, rows);
    return (observation) => {
      if (observation.tape.isInLoop) return apply(observation);
      const { max } = wholeRows(observation);
      const chunk = chunkFor(observation);
      return max <= chunk ? apply(observation) : overChunks(network.name, apply, observation, chunk);
    };
  };
  return {
    ...network,
    apply: (parameters, observation) => prepare(parameters, observation.shape[0])(observation),
    prepare,
  };
}

/**
 * A network's outputs [N, ...] for observations [N, ...], at most `chunk` rows at a time, and differentiable in the
 * parameters: the derivative applies the network to each chunk again, and adds the chunks' products up in order.
 *
 * Outputs are bitwise those of the network applied at once if its kernels compute a row alike in any batch (as on the
 * cpu device). A gradient is a sum over chunks of sums over rows, instead of one over all rows.
 *
 * @throws if the chunk is not a positive integer, or in a loop's body, since loops do not nest
 */
export function applyInChunks(
  network: Network,
  parameters: readonly Tensor[],
  observation: Tensor,
  chunk: number,
): Tensor {
  if (!Number.isInteger(chunk) || chunk < 1) {
    throw new Error(`applyInChunks ${network.name}: a chunk of ${chunk} rows cannot be.`);
  }
  const apply = prepareNetwork(network, parameters, observation.shape[0]);
  return overChunks(network.name, apply, observation, chunk);
}

/**
 * The number of rows for which a network's activations, and everything else its derivative needs, take at most `bytes`:
 * found by planning it for two sizes without running anything.
 */
export function chunkOf(network: Network, observation: Pick<Tensor, 'dtype' | 'shape'>, bytes = defaultBytes): number {
  const bytesFor = (rows: number): number => {
    const tape = createTape();
    const read = (name: string, dtype: Tensor['dtype'], shape: readonly number[]) =>
      tape.read(variable(name, dtype, shape));
    const parameters = network.parameters.map(({ name, shape }) => read(name, 'f32', shape));
    const seen = read('observation', observation.dtype, [rows, ...observation.shape.slice(1)]);
    const gradients = gradient(sum(network.apply(parameters, seen)), parameters);
    return compile(tape, Object.fromEntries(gradients.map((tensor, i) => [String(i), tensor]))).arenaBytes;
  };
  const [few, many] = [64, 128];
  const perRow = (bytesFor(many) - bytesFor(few)) / (many - few);
  return Math.max(Math.floor(bytes / Math.max(perRow, 1)), 1);
}

function overChunks(name: string, apply: (observation: Tensor) => Tensor, observation: Tensor, chunk: number): Tensor {
  const { tape } = observation;
  const whole = wholeRows(observation);
  const filled = chunkLoop(tape, name, whole, chunk, (rows) => apply(withRows(observation, rows)));
  const { rows: _, ...fixed } = filled;
  const y: Tensor = observation.rows ? withRows(filled, whole) : fixed;
  const sources = sourcesOf(filled);
  return withPullback(y, sources, (dy) => {
    const { offsets, size } = packedOffsets(sources);
    const sums = variable(`${name}/sums over chunks`, 'f32', [size]);
    // Zeros, made by a mask that is never set, since constants would be uploaded.
    assign(sums, select(less(slice(whole.window, 0, 1, 1), 0), tape.read(sums), 0));
    chunkLoop(tape, `${name} backwards`, whole, chunk, (rows) => {
      const again = apply(withRows(observation, rows));
      const loop = loopOf(again);
      if (!loop) throw new Error(`applyInChunks ${name}: its outputs do not depend on the observation.`);
      const body = { loop, whole: (tensor: Tensor) => tensor };
      const products = pullbackThrough(body, again, withRows(dy, rows), sources);
      assign(sums, add(tape.read(sums), pack(products, offsets, size)));
    });
    return sources.map(({ shape }, i) => tape.read(sums, { offset: offsets[i], shape }));
  });
}

/** An observation's rows, counted on the device or not. */
function wholeRows({ tape, rows, shape: [count] }: Tensor): Rows {
  return rows ?? { capacity: count, max: count, window: tape.constant('i32', [2], [0, count]) };
}

/** Records a loop over consecutive windows of at most `chunk` rows. */
function chunkLoop<T>(tape: Tape, label: string, whole: Rows, chunk: number, body: (rows: Rows) => T): T {
  const pair = (start: number, count: number) => tape.constant('i32', [2], [start, count]);
  /** The sum of a window's two numbers, its end, twice. */
  const endOf = (window: Tensor) => add(gatherRows(window, pair(0, 0)), gatherRows(window, pair(1, 1)));
  const max = Math.min(whole.max, whole.capacity);
  const window = variable(`${label}/chunk`, 'i32', [2]);
  assign(window, minimum(whole.window, pair(2 ** 31 - 1, chunk)));
  return tape.loop(label, Math.max(Math.ceil(max / chunk), 1), window, () => {
    const now = tape.read(window);
    const result = body({ capacity: whole.capacity, max: Math.min(chunk, max), window: now });
    const start = endOf(now);
    const rest = minimum(subtract(endOf(whole.window), start), chunk);
    assign(window, select(pair(1, 0), start, rest));
    return result;
  });
}

/**
 * The tensors by which y, made in a loop's body, can be differentiated: read or made before the loop, and not by rows.
 */
function sourcesOf(y: Tensor): Tensor[] {
  const loop = loopOf(y);
  const sources = new Map<number, Tensor>();
  const seen = new Set<Node>();
  const waiting = [y];
  for (let tensor = waiting.pop(); tensor; tensor = waiting.pop()) {
    if (tensor.dtype !== 'f32' || tensor.source.kind === 'constant') continue;
    if (loop && loopOf(tensor) === loop) {
      const { node } = tensor.source as Extract<Tensor['source'], { kind: 'node' }>;
      if (seen.has(node) || node.operation.derivative === 'none') continue;
      seen.add(node);
      waiting.push(...node.inputs);
    } else if (!tensor.rows) sources.set(tensor.id, tensor);
  }
  return [...sources.values()].sort((a, b) => a.id - b.id);
}

function loopOf({ source }: Tensor): Loop | undefined {
  return source.kind === 'node' ? source.node.loop : undefined;
}

/** Consecutive offsets for tensors, each a multiple of 64 numbers, at which every device can bind. */
function packedOffsets(tensors: readonly Tensor[]): { offsets: number[]; size: number } {
  let size = 0;
  const offsets = tensors.map(({ shape }) => {
    const start = size;
    size += 64 * Math.ceil(elementCount(shape) / 64);
    return start;
  });
  return { offsets, size };
}
