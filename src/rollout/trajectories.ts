import type { Device } from '../device/device.ts';
import type { Network } from '../nn/index.ts';
import type { RolloutVariables } from '../ops/index.ts';
import { distinctRows, gatherRows, reshape } from '../ops/index.ts';
import type { Tensor, Variable } from '../tape/index.ts';
import { variable } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import type { BackwardData, ParentData } from './backward-data.ts';

/** A network's outputs, and the parameters they were computed from, by which they are differentiable. */
export interface NetworkOutputs {
  /** f32 [N, outputs]. */
  readonly outputs: Tensor;
  /** As `readParameters` gave them. */
  readonly parameters: readonly Tensor[];
}

/** The distinct states of a batch, per step at which they are visited. */
export interface DistinctStates {
  /** Their observations, as separate rows. */
  readonly observation: Tensor;
  /** i32 [N]: the distinct state of each row. */
  readonly index: Tensor;
}

/**
 * A batch of sampled trajectories on the tape. Every step of every trajectory is a row, ordered by time first; N is the
 * maximum number of rows, and the device holds the actual one.
 */
export interface Trajectories {
  readonly batch: number;
  /** The maximum number of steps of a trajectory. */
  readonly steps: number;
  /** The policy's observations: i32 tokens [N, positions] or f32 features [N, width]. */
  readonly observation: Tensor;
  /** Present if requested: networks then run once for equal states (`applyToStates`). */
  readonly distinct?: DistinctStates;
  /** i32 [N, A]: the actions allowed. */
  readonly mask: Tensor;
  /** i32 [N]: the action taken. */
  readonly action: Tensor;
  /** f32 [N, A]: the logits of the policy that took it. */
  readonly logits: Tensor;
  /**
   * All outputs of the policy's network at the states visited, as the rollout computed them. Gradients by its parameters
   * may be recorded until these are written. Absent if the rollout did not get the network (`RolloutOptions`).
   */
  readonly policy?: NetworkOutputs;
  /** f32 [N]: log P_B(state | child) under the uniform backward policy. */
  readonly logBackward: Tensor;
  /** f32 [N]: log R(x) in a trajectory's last row, 0 in all others. */
  readonly logReward: Tensor;
  /** i32 [N]: the trajectory that a row belongs to, 0 .. batch - 1. */
  readonly trajectory: Tensor;
  /** i32 [N]: the position of a row in the grid [steps, batch]. */
  readonly gridIndex: Tensor;
  /** i32 [steps * batch]: the row at each position of the grid; -1 after a trajectory's end. */
  readonly rowOfGrid: Tensor;
  /** i32 [batch, stateSize]: the terminal states. */
  readonly objects: Variable;
  /**
   * i32 [batch]: 1 if a walk of any rollout since this was last written did not end properly (`explainFault`); whoever runs
   * the plan has to check it. Absent if the environment is stepped on the host, which throws.
   */
  readonly faults?: Variable | undefined;
  /** Present if requested (see `RolloutNeeds`). */
  readonly backward?: BackwardData;
  /** Present if requested. */
  readonly parents?: ParentData;
  /** f32 [N]: 1 for each step whose residual counts, 0 for steps that only show the next state. Absent: all count. */
  readonly counted?: Tensor;
  /** f32 [N]: the potential of the state at which the action is taken. Present if requested. */
  readonly potential?: Tensor;
}

/**
 * Trajectories that another policy may have sampled, for off-policy objectives. They lack the logits of the policy that
 * acted, which may be unknown.
 */
export type OffPolicyTrajectories = Omit<Trajectories, 'logits'>;

/**
 * Whether deduplicating states pays off on a device: it does if arithmetic is the bottleneck. At these sizes a GPU has
 * arithmetic to spare, and each operation costs it a launch.
 */
export function prefersDeduplication({ kind }: Pick<Device, 'kind'>): boolean {
  return kind !== 'webgpu';
}

/** The same batch with its states deduplicated, if that pays off. */
export function deduplicateStates<Batch extends OffPolicyTrajectories>(trajectories: Batch, device: Device): Batch {
  if (!prefersDeduplication(device)) return trajectories;
  const { values, index } = distinctRows(trajectories.observation);
  return { ...trajectories, distinct: { observation: values, index } };
}

/** A network's output [N, outputs] at all states of a batch. */
export function applyToStates(
  network: Network,
  parameters: readonly Tensor[],
  options: Pick<Trajectories, 'observation' | 'distinct'>,
): Tensor {
  checkGiven('applyToStates', { network }, 'network');
  checkGiven('applyToStates', { parameters }, 'list');
  checkGiven('applyToStates', { options }, { observation: 'tensor' });
  const { observation, distinct } = options;
  if (!distinct) return network.apply(parameters, observation);
  return gatherRows(network.apply(parameters, distinct.observation), distinct.index);
}

/** The positions of rows in the grid [steps, batch], and the inverse. */
type Layout = Pick<Trajectories, 'rowOfGrid' | 'gridIndex' | 'steps' | 'batch'>;

/** Lays out numbers of rows over time: [N] to [steps, batch], 0 after a trajectory's end. */
export function toGrid(x: Tensor, options: Layout): Tensor {
  checkGiven('toGrid', { x }, 'tensor');
  checkGiven('toGrid', { options }, { rowOfGrid: 'tensor', gridIndex: 'tensor' });
  const { rowOfGrid, gridIndex, steps, batch } = options;
  return reshape(gatherRows(x, rowOfGrid, { inverse: gridIndex }), [steps, batch]);
}

/** The inverse of `toGrid`: [steps, batch] to [N]. */
export function fromGrid(grid: Tensor, options: Layout): Tensor {
  checkGiven('fromGrid', { grid }, 'tensor');
  checkGiven('fromGrid', { options }, { rowOfGrid: 'tensor', gridIndex: 'tensor' });
  const { rowOfGrid, gridIndex, steps, batch } = options;
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
