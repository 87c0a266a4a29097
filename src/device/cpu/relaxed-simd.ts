/** A module whose only function makes a fused multiply-add of constants. */
const relaxedMultiplyAdd = () => {
  const zeros = [0xfd, 0x0c, ...new Uint8Array(16)];
  const body = [0, ...zeros, ...zeros, ...zeros, 0xfd, 0x85, 0x02, 0x1a, 0x0b];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...[1, 4, 1, 0x60, 0, 0],
    ...[3, 2, 1, 0],
    ...[10, body.length + 2, 1, body.length, ...body],
  ]);
};

/** Whether this runtime compiles relaxed SIMD. */
export const hasRelaxedSimd = (): boolean => WebAssembly.validate(relaxedMultiplyAdd());
