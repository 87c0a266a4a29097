import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../src/checkpoint/checkpoint-file.ts';
import { crc32 } from '../../src/checkpoint/crc32.ts';
import { decodeSafetensors, encodeSafetensors } from '../../src/checkpoint/safetensors.ts';
import { smallState } from '../setup/states.ts';

const checkpoint: Checkpoint = {
  version: '1.2.3',
  config: { problem: 'hypergrid', problemOptions: { dimension: 2, side: 8 }, seed: 1 },
  trajectories: 1600,
  metrics: { totalVariation: 0.25, elboGap: 0.5 },
  state: smallState(100),
};

const layersAt = (offset: number) => JSON.stringify({ policy: [{ name: 'layer0/weight', shape: [2, 1], offset }] });

describe('a checkpoint file', () => {
  test('gives back its contents', () => {
    for (const adopted of [undefined, true]) {
      expect(decodeCheckpoint(encodeCheckpoint({ ...checkpoint, adopted }))).toEqual({ ...checkpoint, adopted });
    }
  });

  test('has the same bytes whatever the order of keys', () => {
    const shuffled: Checkpoint = {
      ...checkpoint,
      config: { seed: 1, problemOptions: { side: 8, dimension: 2 }, problem: 'hypergrid' },
      metrics: { elboGap: 0.5, totalVariation: 0.25 },
    };
    expect(encodeCheckpoint(shuffled)).toEqual(encodeCheckpoint(checkpoint));
  });

  test('leaves out figures that are not finite, which JSON cannot hold', () => {
    const metrics = { totalVariation: 0.25, elboGap: Number.NaN, logPartition: Number.NEGATIVE_INFINITY };
    expect(decodeCheckpoint(encodeCheckpoint({ ...checkpoint, metrics })).metrics).toEqual({ totalVariation: 0.25 });
  });

  /** The file with other metadata, and the checksum that belongs to them. */
  const resealed = (change: Record<string, string>): Uint8Array => {
    const { tensors, metadata } = decodeSafetensors(encodeCheckpoint(checkpoint));
    const bytes = encodeSafetensors(tensors, { ...metadata, ...change, crc32: '00000000' });
    const place = Buffer.from(bytes).indexOf('"crc32":"00000000"') + '"crc32":"'.length;
    bytes.set(Buffer.from(crc32(bytes).toString(16).padStart(8, '0')), place);
    return bytes;
  };

  test.each([
    ['of another program', { format: 'pt' }, /of another program/],
    ['of another format', { formatVersion: '2' }, /format "2", which this flowtape does not read/],
    ['with a broken configuration', { config: '{' }, /its config is missing or broken/],
    ['with a list for a configuration', { config: '[]' }, /its config is missing or broken/],
    ['with a step that is no number', { step: '1e3' }, /its step is missing or broken/],
    ['with layers that are no list', { layers: '{"policy":{}}' }, /its layers is missing or broken/],
    ['with a layer without a shape', { layers: '{"policy":[{"name":"a","offset":0}]}' }, /its layers is missing/],
    ['with a layer beyond its parameters', { layers: layersAt(1) }, /does not lie in the 2 parameters/],
    ['without the layers of a network', { layers: '{}' }, /an array policy\/\S+ that no part of a run has/],
    ['with a counter of other iterations', { step: '99' }, /rollout\/key stands at 100 iterations, not at 99/],
    ['with figures that are texts', { metrics: '{"totalVariation":"low"}' }, /its metrics is missing or broken/],
  ])('%s is refused', (_, change, reason) => {
    expect(() => decodeCheckpoint(resealed(change))).toThrow(reason);
  });

  test('without an entry is refused', () => {
    const { tensors, metadata } = decodeSafetensors(encodeCheckpoint(checkpoint));
    for (const key of Object.keys(metadata)) {
      const { [key]: _, ...rest } = metadata;
      expect(() => decodeCheckpoint(encodeSafetensors(tensors, rest))).toThrow(Error);
    }
  });

  test('with another checksum, or none, is refused', () => {
    const { tensors, metadata } = decodeSafetensors(encodeCheckpoint(checkpoint));
    const sealed = (crc32: string) => encodeSafetensors(tensors, { ...metadata, crc32 });
    expect(decodeCheckpoint(sealed(metadata.crc32)).state.step).toBe(100);
    expect(() => decodeCheckpoint(sealed('0123abcd'))).toThrow(/have the checksum [0-9a-f]{8}, not 0123abcd as when/);
    expect(() => decodeCheckpoint(sealed('none'))).toThrow('its crc32 is missing or broken');
  });

  test('read from a Node Buffer leaves the buffer as it was, to be read again', () => {
    const buffer = Buffer.from(encodeCheckpoint(checkpoint));
    const before = Buffer.from(buffer);
    const found = [decodeCheckpoint(buffer), decodeCheckpoint(buffer)];
    expect(found[1]).toEqual(found[0]);
    expect(buffer.equals(before)).toBe(true);
  });

  test('is distinguished by name from an array or a text named like its checksum', () => {
    const misleading: Checkpoint = {
      ...checkpoint,
      config: { note: '"crc32":"00000000"', crc32: '00000000' },
      state: {
        ...checkpoint.state,
        objective: [{ name: 'crc32', dtype: 'F32', shape: [1], data: Float32Array.of(1) }],
      },
    };
    expect(decodeCheckpoint(encodeCheckpoint(misleading))).toEqual(misleading);
  });

  const bytes = encodeCheckpoint(checkpoint);

  test('with any bit flipped is refused with a reason', () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = bytes.slice();
      altered[bit >> 3] ^= 1 << (bit & 7);
      expect(() => decodeCheckpoint(altered)).toThrow(/safetensors|checkpoint/);
    }
  });

  test('cut anywhere, or with more behind it, is refused with a reason', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeCheckpoint(bytes.subarray(0, length))).toThrow(/not a valid safetensors file: .+/);
    }
    expect(() => decodeCheckpoint(Uint8Array.of(...bytes, 0))).toThrow(/not a valid safetensors file: .+/);
  });

  test('with any bytes changed is refused with a reason', () => {
    const change = fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const altered = bytes.slice();
        for (const [at, value] of changes) altered[at] = value;
        fc.pre(altered.some((byte, at) => byte !== bytes[at]));
        expect(() => decodeCheckpoint(altered)).toThrow(/safetensors|checkpoint/);
      }),
      { numRuns: 1000 },
    );
  });

  test('of anything else is refused with a reason', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (foreign) => {
        expect(() => decodeCheckpoint(foreign)).toThrow(/safetensors|checkpoint/);
      }),
    );
  });

  test('is as the description of the format says, read by that description alone', () => {
    // https://github.com/huggingface/safetensors, "Format".
    const view = new DataView(bytes.buffer);
    const headerBytes = Number(view.getBigUint64(0, true));
    const header = JSON.parse(Buffer.from(bytes.subarray(8, 8 + headerBytes)).toString());
    const { __metadata__: metadata, ...arrays } = header;
    expect(Object.values(metadata).every((value) => typeof value === 'string')).toBe(true);
    expect(JSON.parse(metadata.config)).toEqual(checkpoint.config);
    expect(arrays['policy/parameters']).toMatchObject({ dtype: 'F32', shape: [2] });
    const [begin, end] = arrays['policy/parameters'].data_offsets;
    const numbers = Array.from({ length: (end - begin) / 4 }, (_, i) =>
      view.getFloat32(8 + headerBytes + begin + 4 * i, true),
    );
    expect(numbers).toEqual([1, 2]);
    // What checks the file without this library: the CRC-32 of all of it, with zeros for the checksum.
    const text = Buffer.from(bytes).toString('latin1').replace(`"crc32":"${metadata.crc32}"`, '"crc32":"00000000"');
    expect(zlibCrc32(Buffer.from(text, 'latin1'))).toBe(Number.parseInt(metadata.crc32, 16));
  });
});
