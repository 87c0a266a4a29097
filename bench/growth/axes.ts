/** What grows. */
export const axes = ['batch', 'width', 'dimension', 'atoms'] as const;
export type Axis = (typeof axes)[number];

/** A Hypergrid's options, or molecules of at most so many atoms. */
export interface GrowthCase {
  readonly problem: { readonly dimension: number; readonly side: number } | { readonly atoms: number };
  readonly batch: number;
  readonly network: Readonly<Record<string, unknown>>;
}

/** The sizes of each axis, and the words for them. */
export const growthAxes: Readonly<Record<Axis, { readonly title: string; readonly values: readonly number[] }>> = {
  batch: {
    title: 'Trajectories of an iteration: Hypergrid 8^2, two hidden layers of 64',
    values: [16, 64, 256, 1024, 4096, 16_384, 65_536],
  },
  width: { title: 'Width of two hidden layers: Hypergrid 8^2, batch 64', values: [64, 128, 256, 512, 1024, 2048] },
  dimension: {
    title: 'Dimensions of a Hypergrid of side 4, batch 64, two hidden layers of 64',
    values: [2, 4, 6, 8, 10],
  },
  atoms: { title: 'Atoms of a molecule, a graph transformer of width 64, batch 16', values: [2, 4, 6, 9] },
};

/** TB at one size, everything else at the axis's base. */
export function growthCase(axis: Axis, value: number): GrowthCase {
  const grid = { problem: { dimension: 2, side: 8 }, batch: 64, network: { hidden: [64, 64] } };
  switch (axis) {
    case 'batch':
      return { ...grid, batch: value };
    case 'width':
      return { ...grid, network: { hidden: [value, value] } };
    case 'dimension':
      return { ...grid, problem: { dimension: value, side: 4 } };
    case 'atoms':
      return { problem: { atoms: value }, batch: 16, network: { width: 64, layers: 2, heads: 2 } };
  }
}
