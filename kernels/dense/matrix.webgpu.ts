import type { Operand } from '../../src/plan/step.ts';
import { elementCount } from '../../src/tape/index.ts';
import scalars from './matrix-scalars.wgsl';
import vectors from './matrix-vectors.wgsl';

/** Operands as WGSL matrices with NAME_load(row, column) and NAME_store(row, column, value), four columns at a time. */
export interface Matrices {
  readonly text: string;
  readonly constants: Readonly<Record<string, number>>;
  readonly bindings: readonly Operand[];
}

/**
 * Declares a matrix for each operand, bound in the order given. Its last dimension is its columns. Element type, name
 * and binding of a buffer cannot be override constants, so they are inserted into the text.
 */
export function matrices(operands: Readonly<Record<string, Operand>>): Matrices {
  const entries = Object.entries(operands);
  const columnsOf = ({ shape }: Operand) => shape[shape.length - 1];
  const texts = entries.map(([name, operand], binding) => {
    const vectored = columnsOf(operand) % 4 === 0 && elementCount(operand.shape) > 0;
    const text = vectored ? vectors : scalars;
    return text.replace('@binding(0)', `@binding(${binding})`).replace(/\bmatrix/g, name);
  });
  return {
    text: texts.join('\n'),
    constants: Object.fromEntries(entries.map(([name, operand]) => [`${name}_columns`, columnsOf(operand)])),
    bindings: entries.map(([, operand]) => operand),
  };
}
