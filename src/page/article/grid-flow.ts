import { actionCount, cellAfter, cellsBefore, type GridPolicy, isAllowed } from './grid-policy.ts';

/** The exact flow of a policy's walks, computed in one pass over the cells, each after all its parents. */
export interface GridFlow {
  /** The probability that a walk visits a cell. */
  readonly passes: Float64Array;
  /** The probability that it stops there. Adds up to 1. */
  readonly stops: Float64Array;
}

export function flowOf({ side, probability }: GridPolicy): GridFlow {
  const passes = new Float64Array(side * side);
  const stops = new Float64Array(side * side);
  passes[0] = 1;
  for (let cell = 0; cell < side * side; cell++) {
    for (let action = 0; action < actionCount; action++) {
      const part = passes[cell] * probability[cell * actionCount + action];
      const next = cellAfter(side, cell, action);
      if (next !== undefined) passes[next] += part;
      else if (action === 2) stops[cell] = part;
    }
  }
  return { passes, stops };
}

/** Numbers as shares of their sum. */
export function sharesOf(values: ArrayLike<number>): Float64Array {
  const shares = Float64Array.from(values);
  const total = shares.reduce((sum, value) => sum + value, 0);
  return shares.map((value) => value / total);
}

/** Half the sum of absolute differences: the share of misplaced probability. */
export function variationOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
  return sum / 2;
}

/** An edge of the grid with its flow. `to` is absent for the edge that stops. */
export interface FlowEdge {
  readonly from: number;
  readonly to: number | undefined;
  readonly action: number;
  /** F(s) P_F(s'|s). */
  readonly flow: number;
  readonly forward: number;
  /** P_B(s|s'), uniform over the parents; 1 for the edge that stops. */
  readonly backward: number;
  /** log F(s) + log P_F(s'|s) - log F(s') - log P_B(s|s'), in nats, where the flow into an object is its reward. */
  readonly residual: number;
}

/**
 * All edges with the flow that a policy sends through them: F(s) = Z times the probability that a walk visits s. Edges
 * without flow are left out.
 */
export function edgesOf(policy: GridPolicy, reward: ArrayLike<number>): FlowEdge[] {
  const { side, probability } = policy;
  const { passes } = flowOf(policy);
  let partition = 0;
  for (let cell = 0; cell < side * side; cell++) partition += reward[cell];
  const edges: FlowEdge[] = [];
  for (let from = 0; from < side * side; from++) {
    for (let action = 0; action < actionCount; action++) {
      if (!isAllowed(side, from, action)) continue;
      const forward = probability[from * actionCount + action];
      const flow = partition * passes[from] * forward;
      if (flow === 0) continue;
      const to = cellAfter(side, from, action);
      const backward = to === undefined ? 1 : 1 / cellsBefore(side, to).length;
      const arriving = to === undefined ? reward[from] : partition * passes[to] * backward;
      edges.push({ from, to, action, flow, forward, backward, residual: Math.log(flow) - Math.log(arriving) });
    }
  }
  return edges;
}

/** A policy's effect on one cell: flows in and out, and their targets. */
export interface NodeBalance {
  readonly inflow: number;
  /** To other cells. */
  readonly outflow: number;
  readonly stopping: number;
  readonly reward: number;
  /** log inflow - log(outflow + reward), in nats. */
  readonly residual: number;
}

export function balanceOf(policy: GridPolicy, reward: ArrayLike<number>, cell: number): NodeBalance {
  const { side, probability } = policy;
  const { passes } = flowOf(policy);
  let partition = 0;
  for (let at = 0; at < side * side; at++) partition += reward[at];
  const inflow = partition * passes[cell];
  const stopping = inflow * probability[cell * actionCount + 2];
  const outflow = inflow - stopping;
  return {
    ...{ inflow, outflow, stopping, reward: reward[cell] },
    residual: Math.log(inflow) - Math.log(outflow + reward[cell]),
  };
}
