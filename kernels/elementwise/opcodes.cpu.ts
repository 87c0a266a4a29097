// The opcodes shared by fused.cpu.ts, which encodes programs, and fused.assembly.ts, which runs them.

/** Operations of one operand. */

export const identity = 0;
export const negateFloat = 1;
export const negateInteger = 2;
export const abs = 3;
export const square = 4;
export const sqrt = 5;
export const reciprocal = 6;
export const exp = 7;
export const log = 8;
export const tanh = 9;
export const sigmoid = 10;
export const softplus = 11;
export const relu = 12;
export const toFloat = 13;
export const toInt = 14;
export const not = 15;

/** Operations of two operands, or three: those from `addFloat` on. */

export const addFloat = 16;
export const addInteger = 17;
export const subtractFloat = 18;
export const subtractInteger = 19;
export const multiplyFloat = 20;
export const multiplyInteger = 21;
export const divide = 22;
export const minimumFloat = 23;
export const minimumInteger = 24;
export const maximumFloat = 25;
export const maximumInteger = 26;
export const lessFloat = 27;
export const lessInteger = 28;
export const lessEqualFloat = 29;
export const lessEqualInteger = 30;
export const equalFloat = 31;
export const equalInteger = 32;
export const and = 33;
export const or = 34;
export const select = 35;

/** Where the numbers of an operand come from, block by block. */

/** In workspace memory, left there by an earlier instruction. */
export const register = 0;
/** At a fixed address: a block of one number. */
export const literal = 1;
/** An input whose elements are contiguous: read in place. */
export const contiguous = 2;
/** An input of one number: spread over a block once per run. */
export const scalar = 3;
/** Any other input: spread over a block for each block. */
export const broadcast = 4;
/** An output: written in place. */
export const output = 5;

/** Elements that run through all instructions before the next block. */
export const blockSize = 256;

/** Bytes of one encoded place: kind, address, buffer, three sizes and four strides, and two words unused. */
export const placeBytes = 48;
/** Bytes of one encoded instruction: operation, result, three operands. */
export const instructionBytes = 20;
/** Bytes before the first place: the numbers of places and of instructions. */
export const headerBytes = 8;
