import { exp, log } from '../numeric/elementary.ts';

/** Which objects a replay buffer keeps, and how it draws from them. */
export interface ReplayBufferOptions {
  /**
   * `fifo`: the last `capacity` objects with repetitions, drawn uniformly. `prioritised`: the distinct objects with the
   * highest rewards, drawn in proportion to R(x)^exponent; ties go to those sampled first. `residual`: the last
   * `capacity` objects, drawn in proportion to the size of their residual at their last update, to the power
   * `exponent`; new objects count as having the largest residual (Schaul et al., Prioritized Experience Replay, ICLR
   * 2016, without weights, since balance objectives have the same solution whatever the sampling). `offline`: the
   * objects of a data set only, drawn uniformly.
   */
  readonly kind: 'fifo' | 'prioritised' | 'residual' | 'offline';
  /** The maximum number of objects. */
  readonly capacity: number;
  /** For `prioritised` and `residual`: 1, the default, draws in proportion to rewards or residuals, 0 uniformly. */
  readonly exponent?: number;
}

/** Sampled terminal objects, as state rows with their log-rewards; or transitions, see `transitionsTo`. */
export interface ReplayBuffer {
  readonly options: Required<ReplayBufferOptions>;
  /** Numbers in a state row. */
  readonly stateSize: number;
  /** [capacity, stateSize], by slot. */
  readonly states: Int32Array;
  /** f32 [capacity], as on devices: log R(x), by slot. */
  readonly logRewards: Float32Array;
  /**
   * i32 [capacity]: every slot once. Object i of the buffer is in slot order[(first + i) mod capacity]: the oldest
   * first (`fifo`), or the one with the highest reward first (`prioritised`). After the last object come the free
   * slots.
   */
  readonly order: Int32Array;
  /** f32 [capacity] for `residual`: the size of the residual, by slot; [] for other kinds. */
  readonly residuals: Float32Array;
  first: number;
  /** The number of objects. */
  size: number;
  /** For `prioritised`: the state rows in the buffer, as text. */
  readonly known: Set<string>;
}

/** Objects with their log-rewards: states [count, stateSize], logRewards [count]. */
export interface ObjectRows {
  readonly states: Int32Array;
  readonly logRewards: ArrayLike<number>;
}

/** The maximum capacity of a buffer: draws use random numbers of 23 bits. */
export const maxReplayCapacity = 2 ** 20;

/**
 * @throws Error if the capacity is not an integer from 1 to `maxReplayCapacity`, or the exponent is negative or not a
 * number
 */
export function checkReplayBuffer({ kind, capacity, exponent = 1 }: ReplayBufferOptions): void {
  if (kind !== 'fifo' && kind !== 'prioritised' && kind !== 'residual' && kind !== 'offline') {
    throw new Error(`replay: a buffer is fifo, prioritised, residual or offline, not ${kind}.`);
  }
  if (!Number.isSafeInteger(capacity) || capacity < 1 || capacity > maxReplayCapacity) {
    throw new Error(`replay: the capacity must be a whole number from 1 to ${maxReplayCapacity}, not ${capacity}.`);
  }
  if (!(exponent >= 0 && Number.isFinite(exponent))) {
    throw new Error(`replay: the exponent must be a number from 0, not ${exponent}.`);
  }
}

/** An empty buffer. @throws as `checkReplayBuffer` does */
export function createReplayBuffer(options: ReplayBufferOptions, stateSize: number): ReplayBuffer {
  checkReplayBuffer(options);
  const { kind, capacity, exponent = 1 } = options;
  return {
    options: { kind, capacity, exponent },
    stateSize,
    states: new Int32Array(capacity * stateSize),
    logRewards: new Float32Array(capacity),
    residuals: new Float32Array(kind === 'residual' ? capacity : 0),
    order: Int32Array.from({ length: capacity }, (_, slot) => slot),
    first: 0,
    size: 0,
    known: new Set(),
  };
}

/**
 * Adds objects one after another, and drops others to make room.
 * @throws Error, without adding anything, if the numbers of states and log-rewards differ or a log-reward is not finite
 */
export function addObjects(buffer: ReplayBuffer, { states, logRewards }: ObjectRows): void {
  const { stateSize } = buffer;
  if (states.length !== logRewards.length * stateSize) {
    throw new Error(
      `replay: ${states.length} numbers are no ${logRewards.length} state rows of ${stateSize}, one for each log-reward.`,
    );
  }
  for (let i = 0; i < logRewards.length; i++) {
    if (!Number.isFinite(logRewards[i])) {
      const row = states.subarray(i * stateSize, (i + 1) * stateSize);
      throw new Error(`replay: the log-reward of the state [${row.join(', ')}] is ${logRewards[i]}, not finite.`);
    }
  }
  const { kind } = buffer.options;
  const add = kind === 'prioritised' ? addByReward : addLatest;
  const largest = kind === 'residual' ? largestResidual(buffer) : 0;
  for (let i = 0; i < logRewards.length; i++) {
    add(buffer, states.subarray(i * stateSize, (i + 1) * stateSize), Math.fround(logRewards[i]));
    if (kind === 'residual') buffer.residuals[slotOf(buffer, buffer.size - 1)] = largest;
  }
}

/** The residual of a new object: the largest in the buffer, or 1 if it is empty. */
function largestResidual(buffer: ReplayBuffer): number {
  let largest = 0;
  for (let i = 0; i < buffer.size; i++) largest = Math.max(largest, buffer.residuals[slotOf(buffer, i)]);
  return largest > 0 ? largest : 1;
}

/**
 * For `residual`: updates the sizes of residuals of drawn objects; nothing may have been added since.
 * @param slots as returned by `drawObjects`
 */
export function tellResiduals(buffer: ReplayBuffer, slots: Int32Array, sizes: ArrayLike<number>): void {
  for (const [i, slot] of slots.entries()) buffer.residuals[slot] = Math.max(sizes[i], LEAST_RESIDUAL);
}

/** The minimum size of a residual: an object without one today may have one tomorrow. */
const LEAST_RESIDUAL = 1e-6;

function addLatest(buffer: ReplayBuffer, state: Int32Array, logReward: number): void {
  const { capacity } = buffer.options;
  if (buffer.size === capacity) buffer.first = (buffer.first + 1) % capacity;
  else buffer.size++;
  fillSlot(buffer, slotOf(buffer, buffer.size - 1), state, logReward);
}

function addByReward(buffer: ReplayBuffer, state: Int32Array, logReward: number): void {
  const { options, order, known } = buffer;
  const text = state.join();
  if (known.has(text)) return;
  if (buffer.size === options.capacity) {
    const last = order[buffer.size - 1];
    if (logReward <= buffer.logRewards[last]) return;
    known.delete(stateIn(buffer, last).join());
    buffer.size--;
  }
  const slot = order[buffer.size];
  const at = firstWhere(buffer.size, (i) => buffer.logRewards[order[i]] < logReward);
  order.copyWithin(at + 1, at, buffer.size);
  order[at] = slot;
  buffer.size++;
  known.add(text);
  fillSlot(buffer, slot, state, logReward);
}

/**
 * Draws objects from the buffer, with replacement.
 * @param random numbers in (0, 1); one is used for each object
 * @throws Error if the buffer is empty
 */
export function drawObjects(buffer: ReplayBuffer, count: number, random: () => number) {
  const { size, stateSize, logRewards, options } = buffer;
  if (size === 0) throw new Error('replay: nothing can be drawn from an empty buffer.');
  const drawn = {
    states: new Int32Array(count * stateSize),
    logRewards: new Float32Array(count),
    slots: new Int32Array(count),
  };
  const draw = drawerOf(buffer, random, options.kind);
  for (let i = 0; i < count; i++) {
    const slot = slotOf(buffer, draw());
    drawn.slots[i] = slot;
    drawn.states.set(stateIn(buffer, slot), i * stateSize);
    drawn.logRewards[i] = logRewards[slot];
  }
  return drawn;
}

/** Draws positions in the buffer's order. */
function drawerOf(buffer: ReplayBuffer, random: () => number, kind: ReplayBufferOptions['kind']): () => number {
  const { size, logRewards, residuals, options } = buffer;
  if (kind === 'residual') {
    return inProportion(size, random, (i) => exp(options.exponent * log(residuals[slotOf(buffer, i)])));
  }
  if (kind === 'prioritised') {
    const largest = logRewards[slotOf(buffer, 0)];
    return inProportion(size, random, (i) => exp(options.exponent * (logRewards[slotOf(buffer, i)] - largest)));
  }
  return () => Math.floor(random() * size);
}

/** Draws from 0 .. size - 1 in proportion to weights. */
function inProportion(size: number, random: () => number, weight: (i: number) => number): () => number {
  const upTo = new Float64Array(size);
  let total = 0;
  for (let i = 0; i < size; i++) {
    total += weight(i);
    upTo[i] = total;
  }
  return () => {
    const at = random() * total;
    return Math.min(
      firstWhere(size, (i) => upTo[i] > at),
      size - 1,
    );
  };
}

/**
 * A buffer's contents, in its order: added to an empty buffer with the same options they recreate this one, except for
 * the sizes of residuals, which `tellResiduals` then sets for slots 0, 1, ...
 */
export function bufferContents(buffer: ReplayBuffer) {
  const { size, stateSize, logRewards, residuals, options } = buffer;
  const contents = {
    states: new Int32Array(size * stateSize),
    logRewards: new Float32Array(size),
    residuals: options.kind === 'residual' ? new Float32Array(size) : undefined,
  };
  for (let i = 0; i < size; i++) {
    const slot = slotOf(buffer, i);
    contents.states.set(stateIn(buffer, slot), i * stateSize);
    contents.logRewards[i] = logRewards[slot];
    if (contents.residuals) contents.residuals[i] = residuals[slot];
  }
  return contents;
}

function slotOf({ order, first }: ReplayBuffer, place: number): number {
  return order[(first + place) % order.length];
}

function stateIn({ states, stateSize }: ReplayBuffer, slot: number): Int32Array {
  return states.subarray(slot * stateSize, (slot + 1) * stateSize);
}

function fillSlot(buffer: ReplayBuffer, slot: number, state: Int32Array, logReward: number): void {
  stateIn(buffer, slot).set(state);
  buffer.logRewards[slot] = logReward;
}

/** The smallest i of 0 .. count - 1 for which `holds` is true, or count; `holds` must be monotone. */
function firstWhere(count: number, holds: (i: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
