/** Number types of WebAssembly. */
export const wasmTypes = { i32: 0x7f, f32: 0x7d, f64: 0x7c } as const;

/** A function. */
export interface WasmFunction {
  readonly parameters: readonly number[];
  readonly results: readonly number[];
  /** The types of its locals, after the parameters. */
  readonly locals: readonly number[];
  /** Its instructions, without the end. */
  readonly code: readonly number[];
  /** The name it is exported by, if it is. */
  readonly name?: string | undefined;
}

/** An integer in unsigned LEB128. */
export function unsigned(number: number): number[] {
  const bytes: number[] = [];
  let rest = number;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 128 : low);
  } while (rest > 0);
  return bytes;
}

/** An int32 in signed LEB128. */
export function signed(number: number): number[] {
  const bytes: number[] = [];
  let rest = number | 0;
  while (true) {
    const low = rest & 127;
    rest >>= 7;
    // Done when the rest is only sign, and the byte's own sign bit agrees.
    if ((rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0)) return [...bytes, low];
    bytes.push(low | 128);
  }
}

/** A float32's four bytes. */
export function float32Bytes(number: number): number[] {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, number, true);
  return Array.from(bytes);
}

/** A float64's eight bytes. */
export function float64Bytes(number: number): number[] {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, number, true);
  return Array.from(bytes);
}

const text = (name: string): number[] => {
  const bytes = Array.from(new TextEncoder().encode(name));
  return [...unsigned(bytes.length), ...bytes];
};

const list = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()];

const section = (id: number, content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content];

/** The maximum number of pages of a shared memory; smaller memories are accepted too. */
const maxPages = 65_536;

/**
 * A module of these functions over an imported memory, `env.memory`. It has no data segments.
 * @param imported functions from `env`, from a float64 to a float64, which are numbered first
 */
export function assembleModule(
  functions: readonly WasmFunction[],
  sharedMemory: boolean,
  imported: readonly string[] = [],
): Uint8Array<ArrayBuffer> {
  const ofFloat64 = { parameters: [wasmTypes.f64], results: [wasmTypes.f64] };
  const types = [...imported.map(() => ofFloat64), ...functions].map(({ parameters, results }) => [
    0x60,
    ...list(parameters.map((type) => [type])),
    ...list(results.map((type) => [type])),
  ]);
  const limits = sharedMemory ? [0x03, 0, ...unsigned(maxPages)] : [0x00, 0];
  const exported = functions.flatMap(({ name }, i) =>
    name === undefined ? [] : [[...text(name), 0x00, ...unsigned(imported.length + i)]],
  );
  const bodies = functions.map(({ locals, code }) => {
    const body = [...list(runs(locals)), ...code, 0x0b];
    return [...unsigned(body.length), ...body];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list(types)),
    ...section(
      2,
      list([
        [...text('env'), ...text('memory'), 0x02, ...limits],
        ...imported.map((name, i) => [...text('env'), ...text(name), 0x00, ...unsigned(i)]),
      ]),
    ),
    ...section(3, list(functions.map((_, i) => unsigned(imported.length + i)))),
    ...section(7, list(exported)),
    ...section(10, list(bodies)),
  ]);
}

/** Neighbours of one type are declared together. */
function runs(locals: readonly number[]): number[][] {
  const found: { type: number; count: number }[] = [];
  for (const type of locals) {
    const last = found[found.length - 1];
    if (last?.type === type) last.count++;
    else found.push({ type, count: 1 });
  }
  return found.map(({ type, count }) => [...unsigned(count), type]);
}
