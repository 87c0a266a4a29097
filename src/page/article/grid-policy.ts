/**
 * Policies on a square grid, as tables: small enough for exact computation while someone drags an arrow. A walk begins
 * in the lower left corner; at each cell it goes right, goes up, or stops. Cell (x, y) has the number `x side + y`, as
 * the objects of a hypergrid have.
 */
export interface GridPolicy {
  readonly side: number;
  /**
   * P_F: three numbers for each cell, in the order of `gridActions`. They add up to 1; an action that leaves the grid
   * has 0.
   */
  readonly probability: Float64Array;
}

export const gridActions = ['right', 'up', 'stop'] as const;

export type GridAction = (typeof gridActions)[number];

export const actionCount = gridActions.length;

/** The cell that an action leads to; undefined if it stops the walk or leaves the grid. */
export function cellAfter(side: number, cell: number, action: number): number | undefined {
  if (action === 0) return cell + side < side * side ? cell + side : undefined;
  if (action === 1) return cell % side < side - 1 ? cell + 1 : undefined;
  return undefined;
}

export function isAllowed(side: number, cell: number, action: number): boolean {
  return action === 2 || cellAfter(side, cell, action) !== undefined;
}

/** Cells from which one step leads here. */
export function cellsBefore(side: number, cell: number): readonly { readonly cell: number; readonly action: number }[] {
  const parents: { cell: number; action: number }[] = [];
  if (cell >= side) parents.push({ cell: cell - side, action: 0 });
  if (cell % side > 0) parents.push({ cell: cell - 1, action: 1 });
  return parents;
}

/** All allowed actions are equally likely. */
export function uniformPolicy(side: number): GridPolicy {
  return policyOf(side, () => 1);
}

/** @param weight of an allowed action; the sum for each cell must be positive */
export function policyOf(side: number, weight: (cell: number, action: number) => number): GridPolicy {
  const probability = new Float64Array(side * side * actionCount);
  for (let cell = 0; cell < side * side; cell++) {
    let total = 0;
    for (let action = 0; action < actionCount; action++) {
      if (!isAllowed(side, cell, action)) continue;
      probability[cell * actionCount + action] = weight(cell, action);
      total += probability[cell * actionCount + action];
    }
    for (let action = 0; action < actionCount; action++) probability[cell * actionCount + action] /= total;
  }
  return { side, probability };
}

/**
 * The policy that stops at each cell in proportion to its reward and has a uniform backward policy: P_F(s'|s) = F(s')
 * P_B(s|s') / F(s).
 *
 * @param reward of each cell; each above 0
 */
export function perfectPolicy(side: number, reward: ArrayLike<number>): GridPolicy {
  const flow = new Float64Array(side * side);
  const along = (cell: number, action: number): number => {
    const next = cellAfter(side, cell, action);
    return next === undefined ? reward[cell] : flow[next] / cellsBefore(side, next).length;
  };
  for (let cell = side * side - 1; cell >= 0; cell--) {
    for (let action = 0; action < actionCount; action++) {
      if (isAllowed(side, cell, action)) flow[cell] += along(cell, action);
    }
  }
  return policyOf(side, along);
}

/** Interpolates between two policies: the weighted geometric mean of their probabilities, linear in their logits. */
export function mixedPolicy(from: GridPolicy, to: GridPolicy, share: number): GridPolicy {
  return policyOf(from.side, (cell, action) => {
    const at = cell * actionCount + action;
    return from.probability[at] ** (1 - share) * to.probability[at] ** share;
  });
}

/** The same policy with another probability of one action; the cell's other actions keep their ratios. */
export function withProbability(policy: GridPolicy, cell: number, action: number, value: number): GridPolicy {
  const { side } = policy;
  if (!isAllowed(side, cell, action)) return policy;
  const others = [0, 1, 2].filter((other) => other !== action && isAllowed(side, cell, other));
  if (others.length === 0) return policy;
  const wanted = Math.min(1, Math.max(0, value));
  const probability = Float64Array.from(policy.probability);
  const before = others.reduce((sum, other) => sum + probability[cell * actionCount + other], 0);
  for (const other of others) {
    const at = cell * actionCount + other;
    probability[at] = (1 - wanted) * (before > 0 ? probability[at] / before : 1 / others.length);
  }
  probability[cell * actionCount + action] = wanted;
  return { side, probability };
}

/** The cells of a walk, from the first to the last. @param random numbers in [0, 1) */
export function walkOf({ side, probability }: GridPolicy, random: () => number): number[] {
  const cells = [0];
  for (;;) {
    const cell = cells[cells.length - 1];
    const action = chosen(probability, cell, random());
    const next = cellAfter(side, cell, action);
    if (next === undefined) return cells;
    cells.push(next);
  }
}

function chosen(probability: Float64Array, cell: number, at: number): number {
  let sum = 0;
  let last = 2;
  for (let action = 0; action < actionCount; action++) {
    const share = probability[cell * actionCount + action];
    if (share === 0) continue;
    last = action;
    sum += share;
    if (at < sum) return action;
  }
  // Rounding may leave the sum a little below 1.
  return last;
}
