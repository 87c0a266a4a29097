/** The three heights of a Hypergrid's reward: everywhere, on the outer ring, and in the modes. */
export interface HypergridHeights {
  readonly r0: number;
  readonly r1: number;
  readonly r2: number;
}

/** The two difficulties of the Ent-PPO paper (arXiv 2606.15793). */
export const HYPERGRID_DIFFICULTIES = {
  easy: { r0: 1e-3, r1: 0.5, r2: 2 },
  hard: { r0: 1e-4, r1: 1, r2: 3 },
} as const satisfies Record<string, HypergridHeights>;
