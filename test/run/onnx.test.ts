import { afterAll, expect, test } from 'vitest';
import { openNodeCpuDevice } from '../../src/node/cpu.ts';
import { trajectoryBalance } from '../../src/objective/index.ts';
import { loadSampler, type Sampler } from '../../src/run/load.ts';
import { policyOnnx } from '../../src/run/onnx.ts';
import { createRun } from '../../src/run/run.ts';
import { gridProblem } from '../rollout/problems.ts';

const device = await openNodeCpuDevice({ threads: 1 });
afterAll(() => device.destroy());

interface Refused {
  readonly layers?: readonly object[];
  readonly kind?: string;
}

type Fields = Map<number, (number | Uint8Array)[]>;

/** The fields of a protocol buffer by number, read by the description of the encoding alone. */
function fieldsOf(bytes: Uint8Array): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * weight;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const value = varint();
    const isBytes = (key & 7) === 2;
    const found = isBytes ? bytes.subarray(at, at + value) : value;
    if (isBytes) at += value;
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), found]);
  }
  expect(at).toBe(bytes.length);
  return fields;
}

const all = (fields: Fields, number: number) => (fields.get(number) ?? []) as Uint8Array[];
const texts = (fields: Fields, number: number) => all(fields, number).map((bytes) => Buffer.from(bytes).toString());

test.each<[string, object, RegExp]>([
  [
    'graph transformer',
    { layers: [{ name: 'policy/layer0/weight', shape: [4, 4] }], kind: 'graph' },
    /is no perceptron/,
  ],
  [
    'sequence transformer',
    { layers: [{ name: 'policy/embedding', shape: [4, 4] }] },
    /The policy of walks is no perceptron/,
  ],
  [
    'temperature',
    { objective: 'soft-dqn', objectiveOptions: { dueling: false, munchausen: {} } },
    /over a temperature/,
  ],
])(
  'a policy that is no perceptron alone is refused: %s',
  (_, { layers = [], kind = 'tokens', ...config }: Refused, reason) => {
    const environment = { name: 'walks', observation: { kind }, actionCount: 3 };
    const problem = { environment, reward: {} };
    const sampler = { config: { objectiveOptions: {}, trainingOptions: {}, ...config }, problem };
    const policy = { layers, parameters: new Float32Array(16) };
    expect(() => policyOnnx({ ...sampler, policy } as unknown as Sampler)).toThrow(reason);
  },
);

test('a perceptron as an ONNX model has the layers, activations and numbers that give its logits', async () => {
  const own = gridProblem(2, 4) as Pick<ReturnType<typeof gridProblem>, 'environment'> & { reward: never };
  const objective = trajectoryBalance({ backwardPolicy: 'learned' });
  const network = { hidden: [8, 7], projection: 5 };
  await using run = await createRun({ device, ...own, objective, network, steps: 1, batch: 4 });
  await using sampler = await loadSampler(await run.save(), { device, ...own, objective });

  const model = fieldsOf(policyOnnx(sampler));
  const graph = fieldsOf(all(model, 7)[0]);
  const values = new Map(
    all(graph, 5).map((bytes) => {
      const tensor = fieldsOf(bytes);
      expect(tensor.get(2)).toEqual([1]);
      const raw = Uint8Array.from(all(tensor, 9)[0]);
      return [texts(tensor, 8)[0], { shape: tensor.get(1) as number[], numbers: new Float32Array(raw.buffer) }];
    }),
  );
  const nodes = all(graph, 1).map((bytes) => {
    const node = fieldsOf(bytes);
    return { kind: texts(node, 4)[0], inputs: texts(node, 1), output: texts(node, 2)[0] };
  });
  expect(nodes.map(({ kind }) => kind)).toEqual(['Gemm', 'Relu', 'Gemm', 'Relu', 'Gemm', 'Gemm']);
  expect([11, 12].map((number) => texts(fieldsOf(all(graph, number)[0]), 1)[0])).toEqual(['state', 'logits']);

  // The state (1, 3): a one-hot block of four for each coordinate.
  const known = new Map([['state', [0, 1, 0, 0, 0, 0, 0, 1]]]);
  for (const { kind, inputs, output } of nodes) {
    const x = known.get(inputs[0]) ?? [];
    const [weight, bias] = inputs.slice(1).map((name) => values.get(name));
    if (weight === undefined || bias === undefined)
      known.set(
        output,
        x.map((value) => Math.max(0, value)),
      );
    else {
      expect([weight.shape[0], bias.shape, kind]).toEqual([x.length, [weight.shape[1]], 'Gemm']);
      const column = (j: number) => x.reduce((sum, value, i) => sum + value * weight.numbers[i * bias.shape[0] + j], 0);
      known.set(
        output,
        Array.from(bias.numbers, (start, j) => start + column(j)),
      );
    }
  }
  const expected = await sampler.logits(Int32Array.of(1, 3, 0));
  const found = known.get('logits') ?? [];
  expect(found).toHaveLength(expected.length);
  // Sums of at most 8 products in float32, four layers deep, of magnitudes below 1 each: 4 * 8 roundings of 2^-24.
  for (const [i, logit] of expected.entries()) expect(Math.abs(found[i] - logit)).toBeLessThanOrEqual(32 * 2 ** -24);
});
