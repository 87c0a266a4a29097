import type { ReferenceContext } from '../../src/plan/kernel.ts';
import type { Operand } from '../../src/plan/step.ts';

/** A directed edge that leads to a node; see `GraphStructure`. */
export interface Entry {
  readonly number: number;
  readonly source: number;
  readonly target: number;
  readonly kind: 'edge' | 'virtual' | 'loop';
  /** The row of its features, of kind `edge`. */
  readonly edge: number;
}

/** The edges that lead to each node of a structure, as lists. */
export function entriesTo(
  structure: Operand,
  nodeCapacity: number,
  context: ReferenceContext,
): (node: number) => Entry[] {
  const numbers = context.array(structure);
  return (node) => {
    const [first, end] = numbers.subarray(4 * node);
    return Array.from({ length: end - first }, (_, k) => {
      const [source, target, edge] = numbers.subarray(4 * (nodeCapacity + first + k));
      const kind = edge >= 0 ? 'edge' : edge === -1 ? 'virtual' : 'loop';
      return { number: first + k, source, target, kind, edge };
    });
  };
}

/** The features of each of the edges that lead to one node. A loop, the last, has the mean of all others'. */
export function featuresOf(
  entries: readonly Entry[],
  e: Float64Array,
  virtual: Float64Array,
  width: number,
): number[][] {
  const others = entries
    .slice(0, -1)
    .map(({ kind, edge }) => Array.from(kind === 'edge' ? e.subarray(edge * width, (edge + 1) * width) : virtual));
  const mean = Array.from(virtual, (_, c) => others.reduce((sum, feature) => sum + feature[c], 0) / others.length);
  return [...others, mean];
}

/** Adds the derivatives of those features to de and, for virtual edges, to dvirtual. */
export function addFeatureGradients(
  entries: readonly Entry[],
  gradients: readonly (readonly number[])[],
  de: Float64Array,
  dvirtual: Float64Array | undefined,
  width: number,
): void {
  const loop = gradients[gradients.length - 1];
  entries.slice(0, -1).forEach(({ kind, edge }, k) => {
    for (let c = 0; c < width; c++) {
      const gradient = gradients[k][c] + loop[c] / (entries.length - 1);
      if (kind === 'edge') de[edge * width + c] += gradient;
      else if (dvirtual) dvirtual[c] += gradient;
    }
  });
}
