import { decodeSafetensors } from '../../checkpoint/safetensors.ts';
import { byShape } from '../../device/by-shape.ts';
import type { Device } from '../../device/device.ts';
import { add, dense, gatherRows, layerNorm, mean, multiply, reshape } from '../../ops/index.ts';
import { sequenceAttention } from '../../ops/sequence-attention.ts';
import { compile } from '../../plan/index.ts';
import { createTape, type Tensor, variable } from '../../tape/index.ts';
import { END_TOKEN, MAX_PEPTIDE, PADDING_TOKEN } from './alphabet.ts';

const [WIDTH, HEADS, LAYERS, VOCABULARY] = [64, 8, 4, 29];

/** The network's arrays, by their published names. */
export type AmpWeights = ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

const linears = (layer: number) =>
  [
    ['query', 'attention_block.attention.query_proj'],
    ['key', 'attention_block.attention.key_proj'],
    ['value', 'attention_block.attention.value_proj'],
    ['attention', 'attention_block.attention.output_proj'],
    ['inner', 'ff_block.linear'],
    ['outer', 'ff_block.output'],
  ].map(([part, name]) => [part, `encoder.layers.${layer}.${name}`] as const);

const expected = new Map<string, readonly number[]>([
  ['encoder.embedder_block.position_embedder.pe', [MAX_PEPTIDE, WIDTH]],
  ['encoder.embedder_block.token_embedder.weight', [VOCABULARY, WIDTH]],
  ...Array.from({ length: LAYERS }, (_, layer) => [
    ...linears(layer).flatMap(([, name]): [string, number[]][] => [
      [`${name}.weight`, [WIDTH, WIDTH]],
      [`${name}.bias`, [WIDTH]],
    ]),
    ...[1, 2].flatMap((norm): [string, number[]][] => [
      [`encoder.layers.${layer}.ff_block.layernorm${norm}.weight`, [WIDTH]],
      [`encoder.layers.${layer}.ff_block.layernorm${norm}.bias`, [WIDTH]],
    ]),
  ]).flat(),
  ['pooler.weight', [1, WIDTH]],
  ['pooler.bias', [1]],
]);

/**
 * The network's weights from a safetensors file.
 * @throws Error on another file, or naming an array that is missing or has the wrong shape
 */
export function parseAmpWeights(bytes: Uint8Array): AmpWeights {
  const { tensors } = decodeSafetensors(bytes);
  const found = new Map(tensors.map((array) => [array.name, array]));
  const weights = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (const [name, shape] of expected) {
    const array = found.get(name);
    if (array?.dtype !== 'F32' || array.shape.join() !== shape.join()) {
      const is = array ? `is ${array.dtype} [${array.shape.join(', ')}]` : 'is missing';
      throw new Error(
        `The file is not the network that scores peptides: its array ${name} ${is}, and should be F32 [${shape.join(', ')}].`,
      );
    }
    weights.set(name, { shape, data: array.data });
  }
  return weights;
}

/** Peptides per run of the largest plan. */
const CHUNK = 64;

/**
 * The published network on a device: logits of peptides, given as residues. It reads 60 positions of each, including
 * padding, and its output uses the mean over all of them. Padding positions attend equally to all 60, others only to
 * residues.
 */
export function ampPredictor(
  device: Device,
  weights: AmpWeights,
): (peptides: readonly Int32Array[]) => Promise<Float64Array> {
  const prepared = byShape(({ count }: { readonly count: number }) => prepare(device, weights, count));
  return async (peptides) => {
    const logits = new Float64Array(peptides.length);
    for (let start = 0; start < peptides.length; start += CHUNK) {
      const chunk = peptides.slice(start, start + CHUNK);
      // Plans for a few sizes.
      const predict = await prepared({ count: 2 ** Math.ceil(Math.log2(Math.max(chunk.length, 4))) });
      logits.set((await predict(chunk)).subarray(0, chunk.length), start);
    }
    return logits;
  };
}

async function prepare(device: Device, weights: AmpWeights, count: number) {
  const rows = count * MAX_PEPTIDE;
  const [tokens, places, seen] = [
    variable('amp/tokens', 'i32', [rows]),
    variable('amp/places', 'i32', [rows, 4]),
    variable('amp/seen', 'f32', [rows, 1]),
  ];
  const tape = createTape();
  const logit = recordNetwork(weights, tape.read(tokens), tape.read(places), tape.read(seen), count);
  const executable = await device.prepare(compile(tape, { logit }));
  return (peptides: readonly Int32Array[]) => {
    const columns = columnsOf(peptides, count);
    device.write(tokens, columns.tokens);
    device.write(places, columns.places);
    device.write(seen, columns.seen);
    executable.run();
    return executable.read('logit');
  };
}

/** The token of each position, the positions it attends to, and 1 if it is not padding. */
function columnsOf(peptides: readonly Int32Array[], count: number) {
  const rows = count * MAX_PEPTIDE;
  const tokens = new Int32Array(rows).fill(PADDING_TOKEN);
  const places = new Int32Array(rows * 4);
  const seen = new Float32Array(rows);
  for (let n = 0; n < count; n++) {
    const first = n * MAX_PEPTIDE;
    const peptide = peptides[n] ?? new Int32Array(0);
    tokens.set(peptide, first);
    if (peptide.length < MAX_PEPTIDE) tokens[first + peptide.length] = END_TOKEN;
    const length = Math.min(peptide.length + 1, MAX_PEPTIDE);
    for (let i = 0; i < MAX_PEPTIDE; i++) {
      const isSeen = i < length;
      seen[first + i] = isSeen ? 1 : 0;
      places.set([first, first + (isSeen ? length : MAX_PEPTIDE), 0, 0], 4 * (first + i));
    }
  }
  return { tokens, places, seen };
}

function recordNetwork(weights: AmpWeights, tokens: Tensor, places: Tensor, seen: Tensor, count: number): Tensor {
  const { tape } = tokens;
  const array = (name: string) => weights.get(name) ?? { shape: [0], data: new Float32Array(0) };
  const constant = (name: string) => {
    const { shape, data } = array(name);
    return tape.constant('f32', shape, data);
  };
  /** A weight is published as [outputs, inputs]. */
  const transposed = (names: readonly string[]) => {
    const columns = names.length * WIDTH;
    const data = new Float32Array(WIDTH * columns);
    for (const [part, name] of names.entries()) {
      const { data: from } = array(`${name}.weight`);
      for (let o = 0; o < WIDTH; o++)
        for (let i = 0; i < WIDTH; i++) data[i * columns + part * WIDTH + o] = from[o * WIDTH + i];
    }
    return tape.constant('f32', [WIDTH, columns], data);
  };
  const biases = (names: readonly string[]) => {
    const data = names.flatMap((name) => Array.from(array(`${name}.bias`).data));
    return tape.constant('f32', [data.length], data);
  };
  const linear = (x: Tensor, names: readonly string[], activation: 'relu' | 'none' = 'none') =>
    dense(x, transposed(names), biases(names), activation);
  const norm = (x: Tensor, name: string) =>
    add(multiply(layerNorm(x, 1e-5), constant(`${name}.weight`)), constant(`${name}.bias`));

  const positions = Int32Array.from({ length: count * MAX_PEPTIDE }, (_, row) => row % MAX_PEPTIDE);
  let x = add(
    gatherRows(constant('encoder.embedder_block.token_embedder.weight'), tokens),
    gatherRows(
      constant('encoder.embedder_block.position_embedder.pe'),
      tape.constant('i32', [positions.length], positions),
    ),
  );
  // Without a query all scores are 0, so that padding attends equally to everything. Keys and values stay.
  const onlySeen = add(multiply(seen, queryColumns(seen, 1)), queryColumns(seen, 0));
  for (let layer = 0; layer < LAYERS; layer++) {
    const names = new Map(linears(layer));
    const of = (...parts: string[]) => parts.map((part) => names.get(part) ?? '');
    const projected = multiply(linear(x, of('query', 'key', 'value')), onlySeen);
    const attended = sequenceAttention(projected, places, { heads: HEADS, max: MAX_PEPTIDE });
    x = add(x, linear(attended, of('attention')));
    const normed = norm(x, `encoder.layers.${layer}.ff_block.layernorm1`);
    const inner = linear(normed, of('inner'), 'relu');
    x = norm(add(normed, linear(inner, of('outer'))), `encoder.layers.${layer}.ff_block.layernorm2`);
  }
  const pooled = mean(reshape(x, [count, MAX_PEPTIDE, WIDTH]), 1);
  const readout = reshape(constant('pooler.weight'), [WIDTH, 1]);
  return reshape(dense(pooled, readout, constant('pooler.bias')), [count]);
}

/** [1, 3 WIDTH]: 1 at the columns of queries, or at all others, 0 elsewhere. */
function queryColumns({ tape }: Tensor, one: 0 | 1): Tensor {
  const data = Float32Array.from({ length: 3 * WIDTH }, (_, column) => (column < WIDTH === (one === 1) ? 1 : 0));
  return tape.constant('f32', [1, 3 * WIDTH], data);
}
