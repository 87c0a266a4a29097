import { fill, spread } from './broadcast.assembly';
import { run } from './instructions.assembly';
import {
  blockSize,
  broadcast,
  contiguous,
  headerBytes,
  instructionBytes,
  literal,
  output,
  placeBytes,
  register,
  scalar,
} from './opcodes.cpu';

/**
 * Runs an encoded program over the elements [begin, end). A block of elements goes through all instructions, then the
 * next block; intermediate results stay in the nearest cache. The program is read-only; the table of addresses and the
 * blocks are in the workspace. Vectors are whole: the last three elements or fewer are a block of their own, whose
 * inputs and outputs are copied.
 */
export function fused(begin: usize, end: usize, program: usize, workspace: usize): void {
  if (begin >= end) return;
  const places = program + headerBytes;
  const placeCount = load<usize>(program);
  const code = places + placeCount * placeBytes;
  const codeEnd = code + load<usize>(program, 4) * instructionBytes;
  prepare(places, placeCount, workspace, min(<usize>blockSize, (end - begin + 3) & ~3));
  while (begin < end) {
    const left = end - begin;
    const count = left < 4 ? left : min(<usize>blockSize, left & ~3);
    locate(places, placeCount, workspace, begin, count);
    for (let at = code; at < codeEnd; at += instructionBytes) {
      const to = address(workspace, at, 4);
      const a = address(workspace, at, 8);
      const b = address(workspace, at, 12);
      const c = address(workspace, at, 16);
      run(load<i32>(at), to, a, b, c, (count << 2) + 15 & ~15);
    }
    if (count < 4) deliver(places, placeCount, workspace, begin, count);
    begin += count;
  }
}

/** The address, for the current block, of an instruction's operand or result. */
// @ts-ignore: decorator
@inline
function address(workspace: usize, instruction: usize, operand: usize): usize {
  return load<usize>(workspace + (load<usize>(instruction + operand) << 2));
}

/** Prepares everything that is the same for all blocks. */
function prepare(places: usize, count: usize, workspace: usize, elements: usize): void {
  for (let i: usize = 0; i < count; i++) {
    const place = places + i * placeBytes;
    const kind = load<i32>(place);
    const pointer = load<usize>(place, 4);
    const buffer = workspace + load<usize>(place, 8);
    if (kind == scalar) fill(buffer, load<u32>(pointer), elements << 2);
    store<usize>(workspace + (i << 2), kind == literal ? pointer : buffer);
  }
}

/** Finds the inputs and outputs of this block. */
function locate(places: usize, placeCount: usize, workspace: usize, element: usize, count: usize): void {
  for (let i: usize = 0; i < placeCount; i++) {
    const place = places + i * placeBytes;
    const kind = load<i32>(place);
    if (kind == register || kind == literal || kind == scalar) continue;
    const buffer = workspace + load<usize>(place, 8);
    if (kind == broadcast) {
      spread(place, element, count, buffer);
      continue;
    }
    const pointer = load<usize>(place, 4) + (element << 2);
    store<usize>(workspace + (i << 2), count < 4 ? buffer : pointer);
    if (kind == contiguous && count < 4) copyFew(buffer, pointer, count);
  }
}

/** Copies the outputs of a block that is shorter than a vector to their final places. */
function deliver(places: usize, placeCount: usize, workspace: usize, element: usize, count: usize): void {
  for (let i: usize = 0; i < placeCount; i++) {
    const place = places + i * placeBytes;
    if (load<i32>(place) != output) continue;
    copyFew(load<usize>(place, 4) + (element << 2), workspace + load<usize>(place, 8), count);
  }
}

function copyFew(to: usize, from: usize, count: usize): void {
  for (let i: usize = 0; i < count; i++) store<u32>(to + (i << 2), load<u32>(from + (i << 2)));
}
