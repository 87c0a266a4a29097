import type { Loop, Node, Rows, Tensor } from '../tape/index.ts';
import { isReadable } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import { pullbackThrough } from './gradient.ts';
import { withPullback } from './with-pullback.ts';

/** All rows of a loop, over all its iterations, that correspond to a window of its body. */
export interface LoopRows {
  /** The window that counts rows in the body. */
  readonly window: Tensor;
  readonly rows: Rows;
}

/** The same numbers with their rows counted by another window, such as all rows that a loop wrote. */
export function withRows(tensor: Tensor, rows: Rows): Tensor {
  return { ...tensor, rows };
}

/**
 * Everything that all iterations of a loop wrote to `y`, as one tensor over all rows, differentiable by whatever was read
 * or made before the loop. Nothing is computed again: every row is still in memory, and the derivative is the body's,
 * recorded once over all rows. Record gradients before the variables that the body read are written.
 *
 * @param y f32, by rows that one of `whole` counts, made in a loop's body
 * @param whole every window of the body that counts the rows of y or of a tensor that y depends on
 * @returns undefined if a tensor that y depends on changes from one iteration to the next: made in the body and not by
 *   rows, or read from a variable that the body writes
 */
export function loopOutput(y: Tensor, whole: readonly LoopRows[]): Tensor | undefined {
  checkGiven('loopOutput', { y }, 'tensor');
  checkGiven('loopOutput', { whole }, 'list');
  const loop = loopOf(y);
  const rowsOf = (tensor: Tensor) => whole.find(({ window }) => window === tensor.rows?.window)?.rows;
  if (!loop || !rowsOf(y)) return undefined;
  const nodes = bodyBehind(y, loop);
  const lasts = (tensor: Tensor) => isReadable(tensor) && (rowsOf(tensor) !== undefined || loopOf(tensor) !== loop);
  if (!nodes.every(({ inputs, outputs }) => inputs.every(lasts) && outputs.every(rowsOf))) return undefined;

  const body = { loop, whole: (tensor: Tensor) => wholeOf(tensor, rowsOf(tensor)) };
  const sources = new Map<number, Tensor>();
  for (const input of nodes.flatMap(({ inputs }) => inputs)) {
    const differentiable = input.dtype === 'f32' && input.source.kind !== 'constant' && loopOf(input) !== loop;
    if (differentiable && !input.rows) sources.set(input.id, input);
  }
  const targets = [...sources.values()];
  return withPullback(body.whole(y), targets, (cotangent) => pullbackThrough(body, y, cotangent, targets));
}

function wholeOf(tensor: Tensor, rows: Rows | undefined): Tensor {
  return rows ? withRows(tensor, rows) : tensor;
}

function loopOf({ source }: Tensor): Loop | undefined {
  return source.kind === 'node' ? source.node.loop : undefined;
}

/** The body's nodes that y was computed from, as far as derivatives flow. */
function bodyBehind(y: Tensor, loop: Loop): Node[] {
  const found = new Set<Node>();
  const waiting = [y];
  for (let tensor = waiting.pop(); tensor; tensor = waiting.pop()) {
    if (tensor.source.kind !== 'node') continue;
    const { node } = tensor.source;
    const flows = node.loop === loop && node.operation.derivative !== 'none';
    if (!flows || found.has(node)) continue;
    found.add(node);
    waiting.push(...node.inputs.filter(({ dtype }) => dtype === 'f32'));
  }
  return [...found];
}
