import { exp, log } from '../numeric/elementary.ts';

/** Which objects a replay buffer keeps, and how it draws from them. */
export interface ReplayBufferOptions {
  /**
   * `fifo`: the last `capacity` objects, each as often as it was sampled, drawn with equal chances.
   * `prioritised`: the distinct objects of the highest rewards, drawn in proportion to R(x)^exponent; of equal rewards,
   * those sampled first stay.
   * `residual`: the last `capacity` objects, drawn in proportion to the size of the residual that they had when they were
   * last learnt from, to the power `exponent`; new ones are taken to have the largest there is (Schaul et al., Prioritized
   * Experience Replay, ICLR 2016, without weights: balance objectives have the same solution wherever they are looked at).
   * `offline`: the objects of a data set and no others, drawn with equal chances.
   */
  readonly kind: 'fifo' | 'prioritised' | 'residual' | 'offline';
  /** The most objects that it holds. */
  readonly capacity: number;
  /** Of `prioritised` and `residual`: 1, as by default, draws in proportion to rewards or residuals, 0 with equal chances. */
  readonly exponent?: number;
}

/** Terminal objects that were sampled, as state rows, with their log-rewards; or transitions, see `transitionsTo`. */
export interface ReplayBuffer {
  readonly options: Required<ReplayBufferOptions>;
  /** Numbers in a state row. */
  readonly stateSize: number;
  /** [capacity, stateSize], by slot. */
  readonly states: Int32Array;
  /** f32 [capacity], as devices have it: log R(x), by slot. */
  readonly logRewards: Float32Array;
  /**
   * i32 [capacity]: every slot once. Object i of the buffer is in slot order[(first + i) mod capacity]: the oldest first
   * (`fifo`), or that of the highest reward (`prioritised`). Behind the last object are the free slots.
   */
  readonly order: Int32Array;
  /** f32 [capacity] of `residual`: the size of the residual, by slot; of other kinds []. */
  readonly residuals: Float32Array;
  first: number;
  /** How many objects it holds. */
  size: number;
  /** Of `prioritised`: the state rows it holds, as text. */
  readonly known: Set<string>;
}

/** Objects with their log-rewards: states [count, stateSize], logRewards [count]. */
export interface ObjectRows {
  readonly states: Int32Array;
  readonly logRewards: ArrayLike<number>;
}

/** The most objects that a buffer may hold: its draws are told apart by random numbers of 23 bits. */
export const maxReplayCapacity = 2 ** 20;

/** @throws Error if the capacity is no whole number from 1 to `maxReplayCapacity`, or the exponent no number from 0 */
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
 * Takes objects in, one after another, and drops what has to go for them.
 * @throws Error, with nothing taken in, where states and log-rewards do not belong together or one is not finite
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

/** What a new object counts as: the largest there is, or 1 where there is none. */
function largestResidual(buffer: ReplayBuffer): number {
  let largest = 0;
  for (let i = 0; i < buffer.size; i++) largest = Math.max(largest, buffer.residuals[slotOf(buffer, i)]);
  return largest > 0 ? largest : 1;
}

/**
 * Of `residual`: tells the sizes of residuals of objects that were drawn, and nothing has been added since.
 * @param slots as `drawObjects` gave them
 */
export function tellResiduals(buffer: ReplayBuffer, slots: Int32Array, sizes: ArrayLike<number>): void {
  for (const [i, slot] of slots.entries()) buffer.residuals[slot] = Math.max(sizes[i], LEAST_RESIDUAL);
}

/** No residual counts as less: what has none today may have one tomorrow. */
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
 * Draws objects, each anew from all that the buffer holds.
 * @param random numbers in (0, 1); one is taken for each object
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

/** Draws places in the buffer's order. */
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
 * What a buffer holds, in its order: added to an empty buffer of the same options, it makes this one again, but for the
 * sizes of residuals, which `tellResiduals` then tells of slots 0, 1, ...
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

/** The least i of 0 .. count - 1 where `holds` is true, or count; `holds` must not turn false again. */
function firstWhere(count: number, holds: (i: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
