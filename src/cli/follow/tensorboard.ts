/** Metrics after an iteration, as TensorBoard records them. */
export interface EventRow {
  readonly step: number;
  /** Seconds since 1970. */
  readonly time: number;
  /** By tag. */
  readonly values: Readonly<Record<string, number>>;
}

/**
 * The name of an event file. TensorBoard reads every file with `tfevents` in its name, and takes each folder for a run.
 */
export const eventFile = 'events.out.tfevents.0.flowtape';

/**
 * The head of an event file, with its version. The file consists of TFRecords: a length, the checksum of the length, a
 * protocol buffer `Event` and its checksum.
 */
export function eventHead(time: number): Uint8Array {
  return record(bytesOf(double(1, time), text(3, 'brain.Event:2')));
}

/** A row of metrics, to follow the head. Numbers are float32. */
export function eventRecord({ step, time, values }: EventRow): Uint8Array {
  const summary = Object.entries(values).flatMap(([tag, value]) => nested(1, bytesOf(text(1, tag), float(2, value))));
  return record(bytesOf(double(1, time), varint(2, step), nested(5, bytesOf(...summary))));
}

function record(data: Uint8Array): Uint8Array {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(data.length), true);
  return bytesOf(length, checksum(length), data, checksum(data));
}

/**
 * CRC-32C, rotated and offset as TFRecord requires, since plain checksums of data that contain checksums are
 * problematic.
 */
function checksum(data: Uint8Array): Uint8Array {
  const crc = crc32c(data);
  const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, masked, true);
  return bytes;
}

/** Castagnoli's polynomial, reversed. */
const polynomial = 0x82f63b78;

/** CRC-32C, bit by bit: rows are short and few. */
export function crc32c(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? polynomial : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

// Fields of a protocol buffer: field number and wire type, then the value.

function double(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(9);
  bytes[0] = (field << 3) | 1;
  new DataView(bytes.buffer).setFloat64(1, value, true);
  return bytes;
}

function float(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(5);
  bytes[0] = (field << 3) | 5;
  new DataView(bytes.buffer).setFloat32(1, value, true);
  return bytes;
}

function varint(field: number, value: number): Uint8Array {
  return Uint8Array.from([field << 3, ...digits(value)]);
}

function nested(field: number, data: Uint8Array): Uint8Array {
  return bytesOf(Uint8Array.from([(field << 3) | 2, ...digits(data.length)]), data);
}

function text(field: number, value: string): Uint8Array {
  return nested(field, new TextEncoder().encode(value));
}

/** A varint: an integer in groups of seven bits, the lowest first. */
function digits(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) | 128);
  return [...bytes, left];
}

function bytesOf(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    bytes.set(part, place);
    place += part.length;
  }
  return bytes;
}
