/**
 * A WebAssembly module that only multiplies and adds: `run(n)` iterates n times over a loop of `chains` independent
 * multiply-adds of four float32 each. It measures the peak rate of one thread of this machine in WebAssembly SIMD, with
 * fused multiply-adds (relaxed SIMD) or with a multiplication and an addition.
 */
export const chains = 12;
export const flopsOfTurn = chains * 4 * 2;

const [typeI32, typeF32, typeV128] = [0x7f, 0x7d, 0x7b];

export function multiplyAddModule(fused: boolean): Uint8Array<ArrayBuffer> {
  const [x, y] = [chains + 1, chains + 2];
  const multiplyAdd = (accumulator: number) => {
    const operands = [...get(accumulator), ...get(x)];
    if (fused) return [...operands, ...get(y), 0xfd, 0x85, 0x02, ...set(accumulator)];
    return [...operands, 0xfd, 0xe6, 0x01, ...get(y), 0xfd, 0xe4, 0x01, ...set(accumulator)];
  };
  const accumulators = Array.from({ length: chains }, (_, i) => i + 1);
  const code = [
    // Close to 1 and close to 0: sums stay finite, and never subnormal.
    ...splat(0.9999, x),
    ...splat(0.0001, y),
    ...[0x03, 0x40], // loop
    ...accumulators.flatMap(multiplyAdd),
    ...[...get(0), 0x41, 0x01, 0x6b, 0x22, 0x00], // count down
    ...[0x0d, 0x00, 0x0b], // while it is not 0
    ...accumulators.flatMap((accumulator, i) => [
      ...get(accumulator),
      ...[0xfd, 0x1f, 0x00], // the first lane
      ...(i > 0 ? [0x92] : []), // added to those before
    ]),
    0x0b,
  ];
  const body = [1, chains + 2, typeV128, ...code];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, 0x60, 1, typeI32, 1, typeF32]),
    ...section(3, [1, 0]),
    ...section(7, [1, 3, ...new TextEncoder().encode('run'), 0x00, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}

function get(local: number): number[] {
  return [0x20, local];
}

function set(local: number): number[] {
  return [0x21, local];
}

function splat(value: number, local: number): number[] {
  return [0x43, ...new Uint8Array(Float32Array.of(value).buffer), 0xfd, 0x13, ...set(local)];
}

function section(id: number, contents: readonly number[]): number[] {
  return [id, ...unsigned(contents.length), ...contents];
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}
