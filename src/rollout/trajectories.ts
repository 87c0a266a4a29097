import type { Device } from '../device/device.ts';
import type { Network } from '../nn/index.ts';
import type { RolloutVariables } from '../ops/index.ts';
import { distinctRows, gatherRows, reshape } from '../ops/index.ts';
import type { Tensor, Variable } from '../tape/index.ts';
import { variable } from '../tape/index.ts';
import type { BackwardData, ParentData } from './backward-data.ts';

/** A network's outputs, and the parameters that they were computed from and are differentiable in. */
export interface NetworkOutputs {
  /** f32 [N, outputs]. */
  readonly outputs: Tensor;
  /** As `readParameters` gave them. */
  readonly parameters: readonly Tensor[];
}

/** The different ones among the states of a batch, each at the step at which it is visited. */
export interface DistinctStates {
  /** What a network sees of them, by rows of their own. */
  readonly observation: Tensor;
  /** i32 [N]: which of them each row is. */
  readonly index: Tensor;
}

/**
 * A batch of sampled trajectories on the tape. Every step of every trajectory is a row, by time first; N is the most
 * rows there can be, and the device holds how many there are.
 */
export interface Trajectories {
  readonly batch: number;
  /** The most steps of a trajectory. */
  readonly steps: number;
  /** What the policy saw: i32 tokens [N, positions] or f32 features [N, width]. */
  readonly observation: Tensor;
  /** Present where the rollout was asked for it: networks then run once for equal states (`applyToStates`). */
  readonly distinct?: DistinctStates;
  /** i32 [N, A]: the actions allowed. */
  readonly mask: Tensor;
  /** i32 [N]: the action taken. */
  readonly action: Tensor;
  /** f32 [N, A]: the logits of the policy that took it. */
  readonly logits: Tensor;
  /**
   * All outputs of the policy's network at the states visited, as the rollout computed them. Gradients by its parameters
   * may be recorded until these are written. Absent where the rollout was not told of the network (`RolloutOptions`).
   */
  readonly policy?: NetworkOutputs;
  /** f32 [N]: log P_B(state | child) under the uniform backward policy. */
  readonly logBackward: Tensor;
  /** f32 [N]: log R(x) in a trajectory's last row, 0 in all others. */
  readonly logReward: Tensor;
  /** i32 [N]: the trajectory that a row belongs to, 0 .. batch - 1. */
  readonly trajectory: Tensor;
  /** i32 [N]: where a row stands in the grid [steps, batch]. */
  readonly gridIndex: Tensor;
  /** i32 [steps * batch]: the row at each place of the grid; -1 where the trajectory has ended. */
  readonly rowOfGrid: Tensor;
  /** i32 [batch, stateSize]: the terminal states. */
  readonly objects: Variable;
  /**
   * i32 [batch]: 1 where a walk of any rollout since this was last written has come to no end that can be learnt from
   * (`explainFault`); whoever runs the plan has to look. Absent where the environment was stepped on the host, which
   * throws.
   */
  readonly faults?: Variable | undefined;
  /** Present where the rollout was asked for it (see `RolloutNeeds`). */
  readonly backward?: BackwardData;
  /** Present where the rollout was asked for it. */
  readonly parents?: ParentData;
  /** f32 [N]: 1 for each step whose residual counts, 0 for those there to say what lies behind one. Absent: all count. */
  readonly counted?: Tensor;
  /** f32 [N]: the potential of the state at which the action is taken. Present where the rollout was asked for it. */
  readonly potential?: Tensor;
}

/**
 * Trajectories whose actions another policy may have taken: all that an objective may look at that learns from such. The
 * logits of the policy that acted, which need not be known, are no part of it.
 */
export type OffPolicyTrajectories = Omit<Trajectories, 'logits'>;

/**
 * Whether looking for equal states pays on a device: where arithmetic is what costs. A GPU has arithmetic to spare at
 * these sizes, and each operation costs it a launch.
 */
export function prefersDeduplication({ kind }: Pick<Device, 'kind'>): boolean {
  return kind !== 'webgpu';
}

/** The same batch with its equal states found, where that pays. */
export function deduplicateStates<Batch extends OffPolicyTrajectories>(trajectories: Batch, device: Device): Batch {
  if (!prefersDeduplication(device)) return trajectories;
  const { values, index } = distinctRows(trajectories.observation);
  return { ...trajectories, distinct: { observation: values, index } };
}

/** A network's output [N, outputs] at all states of a batch. */
export function applyToStates(
  network: Network,
  parameters: readonly Tensor[],
  { observation, distinct }: Pick<Trajectories, 'observation' | 'distinct'>,
): Tensor {
  if (!distinct) return network.apply(parameters, observation);
  return gatherRows(network.apply(parameters, distinct.observation), distinct.index);
}

/** Where rows stand in the grid [steps, batch], and the way back. */
type Layout = Pick<Trajectories, 'rowOfGrid' | 'gridIndex' | 'steps' | 'batch'>;

/** Numbers given to rows, laid out over time: [N] to [steps, batch], 0 where a trajectory has ended. */
export function toGrid(x: Tensor, { rowOfGrid, gridIndex, steps, batch }: Layout): Tensor {
  return reshape(gatherRows(x, rowOfGrid, { inverse: gridIndex }), [steps, batch]);
}

/** The way back: [steps, batch] to [N]. */
export function fromGrid(grid: Tensor, { rowOfGrid, gridIndex, steps, batch }: Layout): Tensor {
  return gatherRows(reshape(grid, [steps * batch]), gridIndex, { inverse: rowOfGrid });
}

/** The bookkeeping variables of a rollout of `batch` trajectories of at most `steps` steps. */
export function rolloutVariables(name: string, batch: number, steps: number): RolloutVariables {
  const integers = (what: string, size: number) => variable(`${name}/${what}`, 'i32', [size]);
  return {
    window: integers('window', 2),
    total: integers('total', 2),
    time: integers('time', 1),
    trajectory: integers('trajectory', batch * steps),
    gridIndex: integers('gridIndex', batch * steps),
    rowOfGrid: integers('row-of-grid', batch * steps),
  };
}
