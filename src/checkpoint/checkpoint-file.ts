import { isRecord } from '../text/is-record.ts';
import { crc32 } from './crc32.ts';
import { arraysOf, type Layer, layersOf, type RunState, stateOf } from './run-state.ts';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';

/** Everything that a run needs to continue and a sampler needs to draw. */
export interface Checkpoint {
  /** The version of flowtape that wrote it. */
  readonly version: string;
  /** The run's configuration, as JSON; readers check it. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Trajectories sampled. */
  readonly trajectories: number;
  /** The latest evaluation; numbers that are not finite are left out. */
  readonly metrics: Readonly<Record<string, number | undefined>>;
  /** Whether the run was continued with other settings than it had begun with. */
  readonly adopted?: boolean | undefined;
  readonly state: RunState;
}

const format = 'flowtape-checkpoint';
const formatVersion = '3';

/** Takes the checksum's place while it is computed. */
const unsealed = '00000000';

/**
 * Writes a checkpoint as a safetensors file. The metadata holds everything but the arrays as text; its `layers` gives
 * the position of each layer in every network's array of parameters. Equal checkpoints give equal bytes, whatever the
 * order of their keys. The metadata `crc32` is the checksum, in hexadecimal, of the whole file with zeros in its own
 * place. Throws as `encodeSafetensors` does.
 */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array<ArrayBuffer> {
  const { version, config, trajectories, metrics, adopted, state } = checkpoint;
  const finite = Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)));
  const bytes = encodeSafetensors(arraysOf(state), {
    format,
    formatVersion,
    version,
    config: sortedJson(config),
    crc32: unsealed,
    layers: JSON.stringify(layersOf(state)),
    step: String(state.step),
    trajectories: String(trajectories),
    metrics: sortedJson(finite),
    ...(adopted ? { adopted: 'true' } : {}),
  });
  const seal = crc32(bytes).toString(16).padStart(8, '0');
  bytes.set(new TextEncoder().encode(seal), placeOfSeal(bytes, unsealed));
  return bytes;
}

/** Reads a complete checkpoint, or throws an Error that says what is wrong with these bytes. */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(bytes);
  if (metadata.format !== format) {
    throw new Error('not a checkpoint of flowtape: a safetensors file, but of another program');
  }
  if (metadata.formatVersion !== formatVersion) {
    const found = JSON.stringify(metadata.formatVersion ?? null);
    throw new Error(
      `a checkpoint of format ${found}, which this flowtape does not read (it reads "${formatVersion}"); ` +
        'use the flowtape that wrote it',
    );
  }
  checkSeal(bytes, metadata.crc32 ?? '');
  const metrics = readObject(metadata, 'metrics');
  if (!Object.values(metrics).every((value) => Number.isFinite(value))) throw damaged('metrics');
  if (typeof metadata.version !== 'string') throw damaged('version');
  if (!(metadata.adopted === undefined || metadata.adopted === 'true')) throw damaged('adopted');
  return {
    version: metadata.version,
    config: readObject(metadata, 'config'),
    trajectories: readCount(metadata, 'trajectories'),
    metrics: metrics as Record<string, number>,
    adopted: metadata.adopted === undefined ? undefined : true,
    state: stateOf(readCount(metadata, 'step'), tensors, readLayers(metadata)),
  };
}

/** @throws if the bytes are not the ones written */
function checkSeal(bytes: Uint8Array, seal: string): void {
  if (!/^[0-9a-f]{8}$/.test(seal)) throw damaged('crc32');
  // A copy: `slice` of a Node Buffer would be the caller's own bytes.
  const sealed = new Uint8Array(bytes);
  const place = placeOfSeal(sealed, seal);
  if (place < 0) throw damaged('crc32');
  sealed.set(new TextEncoder().encode(unsealed), place);
  const found = crc32(sealed);
  if (found === Number.parseInt(seal, 16)) return;
  throw new Error(
    `a damaged checkpoint: its bytes have the checksum ${found.toString(16).padStart(8, '0')}, not ${seal} as when it ` +
      'was written',
  );
}

/**
 * The position of the checksum's digits, or -1. Quotes within texts are escaped, so these bytes can only be a key and
 * its value.
 */
function placeOfSeal(bytes: Uint8Array, seal: string): number {
  const key = '"crc32":"';
  const pattern = new TextEncoder().encode(`${key}${seal}"`);
  const first = bytes.findIndex((_, at) => pattern.every((byte, i) => bytes[at + i] === byte));
  return first < 0 ? first : first + key.length;
}

function readCount(metadata: Readonly<Record<string, string>>, key: string): number {
  const text = metadata[key] ?? '';
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count)) throw damaged(key);
  return count;
}

function readObject(metadata: Readonly<Record<string, string>>, key: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(metadata[key] ?? '');
  } catch {
    throw damaged(key);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw damaged(key);
  return value as Record<string, unknown>;
}

function readLayers(metadata: Readonly<Record<string, string>>): Record<string, readonly Layer[]> {
  const networks = readObject(metadata, 'layers');
  if (!Object.values(networks).every((layers) => Array.isArray(layers) && layers.every(isLayer)))
    throw damaged('layers');
  return networks as Record<string, readonly Layer[]>;
}

function isLayer(value: unknown): value is Layer {
  const isCount = (number: unknown) => Number.isSafeInteger(number) && (number as number) >= 0;
  const { name, shape, offset } = Object(value) as Partial<Record<keyof Layer, unknown>>;
  return typeof name === 'string' && Array.isArray(shape) && shape.every(isCount) && isCount(offset);
}

/** JSON with the keys of every object sorted, so that equal values have equal texts. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isRecord(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

function damaged(key: string): Error {
  return new Error(`a damaged checkpoint: its ${key} is missing or broken`);
}
