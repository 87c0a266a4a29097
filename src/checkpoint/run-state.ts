import type { NamedArray } from './safetensors.ts';

/** The position of one parameter in its network's flat array: `shape`, row-major, from element `offset` on. */
export interface Layer {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
}

/** A network and its optimiser. */
export interface NetworkState {
  readonly layers: readonly Layer[];
  /** f32 [size]: every layer at its offset. */
  readonly parameters: Float32Array;
  /** Their exponential moving average, if the optimiser keeps one. */
  readonly average?: Float32Array | undefined;
  /** The optimiser's own arrays, such as `first-moment`. */
  readonly optimizer: readonly NamedArray[];
}

/** Terminal states, or transitions, [count, stateSize] with their log-rewards [count], in float32. */
export interface ReplayState {
  readonly stateSize: number;
  readonly states: Int32Array;
  readonly logRewards: Float32Array;
  /** The sizes of their residuals [count], for buffers that draw by them. */
  readonly residuals?: Float32Array | undefined;
  /** The key of its draws: seed, stream, iterations, 0. */
  readonly key: Int32Array;
}

/**
 * The best objects: terminal states [count, stateSize], log-rewards [count] and scores [count], NaN if there are none.
 */
export interface BestState {
  readonly stateSize: number;
  readonly states: Int32Array;
  readonly logRewards: Float64Array;
  readonly scores: Float64Array;
}

/**
 * Everything that determines the rest of a run, between two iterations. A run with the same configuration that adopts
 * it continues bit for bit.
 */
export interface RunState {
  /** Iterations done. */
  readonly step: number;
  /** The key of the rollouts' random numbers: seed, stream, iterations, 0. */
  readonly key: Int32Array;
  /** f32: the exploration rate of the next iteration, and the temperature. */
  readonly exploration: Float32Array;
  /** By name: `policy` first; `value`, `log-partition` and others depending on the objective. */
  readonly networks: Readonly<Record<string, NetworkState>>;
  /** Arrays of the objective that belong to no network. */
  readonly objective: readonly NamedArray[];
  readonly replay?: ReplayState | undefined;
  /** i32 [capacity, stateSize]: the most recently sampled terminal states. */
  readonly recent?: { readonly shape: readonly number[]; readonly data: Int32Array } | undefined;
  readonly best?: BestState | undefined;
  /** The arrays of a reward that is learnt during the run. */
  readonly reward?: readonly NamedArray[] | undefined;
}

const rollout = { key: 'rollout/key', exploration: 'rollout/exploration' } as const;
const replay = {
  states: 'replay/states',
  logRewards: 'replay/log-rewards',
  residuals: 'replay/residuals',
  key: 'replay/key',
} as const;
const best = { states: 'best/states', logRewards: 'best/log-rewards', scores: 'best/scores' } as const;
const recent = 'recent/states';
const ofObjective = 'objective/';
const ofReward = 'reward/';

/** The arrays of a state by their names in a file. Only this table and its inverse below know these names. */
export function arraysOf(state: RunState): NamedArray[] {
  const { networks, replay: replayed, best: kept, recent: sampled, reward } = state;
  return [
    integers(rollout.key, state.key),
    floats(rollout.exploration, state.exploration),
    ...Object.entries(networks).flatMap(([name, { parameters, average, optimizer }]) => [
      floats(`${name}/parameters`, parameters),
      ...(average ? [floats(`${name}/average`, average)] : []),
      ...optimizer.map((array) => ({ ...array, name: `${name}/optimizer/${array.name}` })),
    ]),
    ...state.objective.map((array) => ({ ...array, name: `${ofObjective}${array.name}` })),
    ...(replayed
      ? [
          rows(replay.states, replayed.states, replayed.stateSize),
          floats(replay.logRewards, replayed.logRewards),
          ...(replayed.residuals ? [floats(replay.residuals, replayed.residuals)] : []),
          integers(replay.key, replayed.key),
        ]
      : []),
    ...(kept
      ? [
          rows(best.states, kept.states, kept.stateSize),
          doubles(best.logRewards, kept.logRewards),
          doubles(best.scores, kept.scores),
        ]
      : []),
    ...(sampled ? [{ name: recent, dtype: 'I32' as const, ...sampled }] : []),
    ...(reward ?? []).map((array) => ({ ...array, name: `${ofReward}${array.name}` })),
  ];
}

/** The parameters of each network in a state, by the network's name. */
export function layersOf({ networks }: RunState): Record<string, readonly Layer[]> {
  return Object.fromEntries(Object.entries(networks).map(([name, { layers }]) => [name, layers]));
}

/**
 * The state in a file's arrays; the inverse of `arraysOf` and `layersOf`.
 * @throws Error that names an array that is missing, unknown, or of the wrong type or shape; also if a random counter
 * differs from `step`
 */
export function stateOf(
  step: number,
  arrays: readonly NamedArray[],
  layers: Readonly<Record<string, readonly Layer[]>>,
): RunState {
  const left = new Map(arrays.map((array) => [array.name, array]));
  const takeAny = (name: string): NamedArray => {
    const found = left.get(name);
    if (!found) throw new Error(`a damaged checkpoint: it has no array ${name}`);
    left.delete(name);
    return found;
  };
  const take = <Dtype extends NamedArray['dtype']>(
    name: string,
    dtype: Dtype,
  ): Extract<NamedArray, { dtype: Dtype }> => {
    const found = takeAny(name);
    if (found.dtype !== dtype)
      throw new Error(`a damaged checkpoint: its array ${name} holds ${found.dtype}, not ${dtype}`);
    return found as Extract<NamedArray, { dtype: Dtype }>;
  };
  const takeAll = (prefix: string): NamedArray[] => {
    const names = [...left.keys()].filter((name) => name.startsWith(prefix));
    return names.map((name) => ({ ...takeAny(name), name: name.slice(prefix.length) }));
  };
  const networks = Object.entries(layers).map(([name, ofNetwork]): [string, NetworkState] => {
    const parameters = take(`${name}/parameters`, 'F32').data;
    checkLayers(name, ofNetwork, parameters.length);
    const average = left.has(`${name}/average`) ? take(`${name}/average`, 'F32').data : undefined;
    return [name, { layers: ofNetwork, parameters, average, optimizer: takeAll(`${name}/optimizer/`) }];
  });
  const key = take(rollout.key, 'I32').data;
  checkKey(rollout.key, key, step);
  const reward = takeAll(ofReward);
  const state: RunState = {
    step,
    key,
    exploration: take(rollout.exploration, 'F32').data,
    networks: Object.fromEntries(networks),
    objective: takeAll(ofObjective),
    replay: left.has(replay.key) ? takeReplay(take, step, left.has(replay.residuals)) : undefined,
    best: left.has(best.states) ? takeBest(take) : undefined,
    recent: left.has(recent) ? take(recent, 'I32') : undefined,
    reward: reward.length > 0 ? reward : undefined,
  };
  for (const name of left.keys())
    throw new Error(`a damaged checkpoint: it has an array ${name} that no part of a run has`);
  return state;
}

type Take = <Dtype extends NamedArray['dtype']>(name: string, dtype: Dtype) => Extract<NamedArray, { dtype: Dtype }>;

function takeReplay(take: Take, step: number, hasResiduals: boolean): ReplayState {
  const { data: states, shape } = take(replay.states, 'I32');
  const { data: logRewards } = take(replay.logRewards, 'F32');
  const { data: key } = take(replay.key, 'I32');
  const residuals = hasResiduals ? take(replay.residuals, 'F32').data : undefined;
  checkRows(replay.states, shape, logRewards.length);
  checkKey(replay.key, key, step);
  if (residuals && !(residuals.length === logRewards.length && residuals.every((size) => size > 0))) {
    throw new Error(`a damaged checkpoint: its ${replay.residuals} are not one number above 0 for each log-reward`);
  }
  return { stateSize: shape[1], states, logRewards, residuals, key };
}

function takeBest(take: Take): BestState {
  const { data: states, shape } = take(best.states, 'I32');
  const { data: logRewards } = take(best.logRewards, 'F64');
  const { data: scores } = take(best.scores, 'F64');
  checkRows(best.states, shape, logRewards.length);
  if (scores.length !== logRewards.length) {
    throw new Error(
      `a damaged checkpoint: it has ${scores.length} numbers in ${best.scores} for ${logRewards.length} objects`,
    );
  }
  return { stateSize: shape[1], states, logRewards, scores };
}

function checkRows(name: string, shape: readonly number[], count: number): void {
  if (shape.length === 2 && shape[0] === count) return;
  throw new Error(
    `a damaged checkpoint: its array ${name} of shape [${shape.join(', ')}] has not one row for each of ${count} log-rewards`,
  );
}

function checkKey(name: string, key: Int32Array, step: number): void {
  if (key.length !== 4)
    throw new Error(`a damaged checkpoint: its random counter ${name} has ${key.length} numbers, not 4`);
  if (key[2] !== step)
    throw new Error(`a damaged checkpoint: its random counter ${name} stands at ${key[2]} iterations, not at ${step}`);
}

function checkLayers(network: string, layers: readonly Layer[], size: number): void {
  let end = 0;
  for (const { name, shape, offset } of layers) {
    const count = shape.reduce((product, length) => product * length, 1);
    if (!(offset >= end && offset + count <= size)) {
      throw new Error(
        `a damaged checkpoint: its layer ${name} of ${network} does not lie in the ${size} parameters behind the one before it`,
      );
    }
    end = offset + count;
  }
}

/** The number of completed iterations of a state; undefined if its counters disagree, as in the middle of one. */
export function iterationsOf({ key, replay: replayed }: RunState): number | undefined {
  return replayed === undefined || replayed.key[2] === key[2] ? key[2] : undefined;
}

function integers(name: string, data: Int32Array): NamedArray {
  return { name, dtype: 'I32', shape: [data.length], data };
}

function rows(name: string, data: Int32Array, width: number): NamedArray {
  return { name, dtype: 'I32', shape: [data.length / width, width], data };
}

function floats(name: string, data: Float32Array): NamedArray {
  return { name, dtype: 'F32', shape: [data.length], data };
}

function doubles(name: string, data: Float64Array): NamedArray {
  return { name, dtype: 'F64', shape: [data.length], data };
}
