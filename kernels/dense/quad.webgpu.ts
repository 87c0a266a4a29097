import type { Launch, WebgpuContext } from '../../src/plan/kernel.ts';
import type { Operand } from '../../src/plan/step.ts';
import { elementCount } from '../../src/tape/index.ts';
import { grid } from '../workgroups.ts';
import quad from './quad.wgsl';
import apart from './quad-apart.wgsl';
import scalars from './quad-scalars.wgsl';
import together from './quad-together.wgsl';
import vectors from './quad-vectors.wgsl';

/** Rows of a workgroup, and columns of an invocation, see quad.wgsl. */
const [rowsOfGroup, columnsOfEach] = [8, 4];
/** Without subgroups: as many invocations as make a vector of any CPU. */
const sizeApart = 8;

/** A product on an adapter emulated in software. */
export interface QuadProduct {
  readonly label: string;
  /** Declarations and `main`, behind the quads and the matrices. */
  readonly source: string;
  readonly constants: Readonly<Record<string, number>>;
  /** The matrices by name, in the order they are bound. */
  readonly operands: Readonly<Record<string, Operand>>;
  readonly rows: Operand;
  /** The size of what is made. */
  readonly height: number;
  readonly columns: number;
}

export function quadProduct(product: QuadProduct, context: WebgpuContext): Launch {
  const { label, source, constants, operands, rows, height, columns } = product;
  const subgroups = context.subgroupSize >= 4;
  const size = subgroups ? context.subgroupSize : sizeApart;
  const tiles = Math.ceil(columns / (columnsOfEach * size));
  const lane = subgroups ? 'subgroup_invocation_id' : 'local_invocation_index';
  return {
    label: `${label} quad`,
    source: matrixTexts(operands) + quad + (subgroups ? together : apart) + source.replace('lane_builtin', lane),
    constants: { ...constants, SIZE: size, COLUMN_TILES: tiles },
    bindings: Object.values(operands),
    subgroups,
    rows,
    workgroups: grid(Math.ceil(height / rowsOfGroup) * tiles, context),
  };
}

/** Each operand as a matrix of its size, which is put into the text: the length of an array cannot be an override. */
function matrixTexts(operands: Readonly<Record<string, Operand>>): string {
  return Object.entries(operands)
    .map(([name, { shape }], binding) => {
      const [columns, length] = [shape[shape.length - 1], elementCount(shape)];
      const vectored = columns % 4 === 0 && length > 0;
      const sizes = `const matrix_columns = ${columns}u;\nconst matrix_length = ${Math.max(length, 1)}u;\n`;
      const text = sizes + (vectored ? vectors : scalars);
      return text.replace('@binding(0)', `@binding(${binding})`).replace(/\bmatrix/g, name);
    })
    .join('\n');
}
