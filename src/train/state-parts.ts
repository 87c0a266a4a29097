import type { BestState, Layer, NetworkState, ReplayState, RunState } from '../checkpoint/run-state.ts';
import type { NamedArray } from '../checkpoint/safetensors.ts';
import type { Device, Numbers } from '../device/device.ts';
import { optimizerVariables } from '../nn/index.ts';
import type { Learner } from '../objective/index.ts';
import type { TrainableNetwork } from '../objective/networks.ts';
import { elementCount, type Variable } from '../tape/index.ts';
import { areFinite } from './finite.ts';

/** A part of a run's state that is kept on the host. */
export interface HostPart<State> {
  /** A copy of the current state. */
  state(): State;
  /** Replaces the state. @throws Error, without changing anything, if it does not fit */
  restore(state: State): void;
}

/** The places that hold a run's state while it trains. */
export interface StateParts {
  readonly learner: Pick<Learner, 'networks' | 'variables'>;
  readonly key: Variable;
  readonly exploration: Variable;
  readonly recent?: Variable | undefined;
  readonly replay?: HostPart<ReplayState> | undefined;
  readonly best?: HostPart<BestState> | undefined;
  readonly reward?: (HostPart<readonly NamedArray[]> & { check(state: readonly NamedArray[]): void }) | undefined;
}

/** The state of a run before its first iteration. */
export function startState(parts: StateParts): RunState {
  return stateWith(parts, ({ dtype, shape, initial }) => {
    const values = initial ?? new Float32Array(elementCount(shape));
    return dtype === 'f32' ? Float32Array.from(values) : Int32Array.from(values);
  });
}

/** The current state of a run, as of the moment of the call. */
export async function readState(device: Device, parts: StateParts): Promise<RunState> {
  const variables = variablesOf(parts);
  const onHost = hostStates(parts);
  const numbers = await Promise.all(variables.map((variable) => device.read(variable)));
  const found = new Map(variables.map((variable, i) => [variable, numbers[i]]));
  return { ...stateWith(parts, (variable) => found.get(variable) as Numbers), ...onHost };
}

/** The current states of the parts that are on the host. */
export function hostStates({ replay, best, reward }: StateParts): Pick<RunState, 'replay' | 'best' | 'reward'> {
  return { replay: replay?.state(), best: best?.state(), reward: reward?.state() };
}

/**
 * Gives a run the state of another with the same configuration. Nothing is written unless all of it fits.
 * @param check throws if a state is not acceptable
 * @throws Error that names arrays that are missing or unexpected, or numbers that are impossible
 */
export function writeState(device: Device, parts: StateParts, state: RunState, check?: () => void): void {
  const needed = startState(parts);
  checkStep(state);
  checkKey(needed.key, state.key);
  checkExploration(needed.exploration, state.exploration);
  sameNames('network', Object.keys(state.networks), Object.keys(needed.networks));
  const writes: [Variable, ArrayLike<number>][] = [
    [parts.key, state.key],
    [parts.exploration, state.exploration],
  ];
  for (const trained of parts.learner.networks) writes.push(...networkWrites(trained, state));
  sameNames(
    'array of the objective',
    state.objective.map(({ name }) => name),
    needed.objective.map(({ name }) => name),
  );
  for (const variable of parts.learner.variables) {
    const array = state.objective.find(({ name }) => name === variable.name);
    if (array) writes.push([variable, fitting(variable, array, `objective/${variable.name}`)]);
  }
  samePresence('replay buffer', state.replay, needed.replay);
  samePresence('record of the best objects', state.best, needed.best);
  samePresence('window of recent objects', state.recent, needed.recent);
  samePresence('learnt reward', state.reward, needed.reward);
  if (state.reward) parts.reward?.check(state.reward);
  if (parts.recent && state.recent) {
    writes.push([parts.recent, fitting(parts.recent, { dtype: 'I32', ...state.recent }, 'recent/states')]);
  }
  if (state.replay && state.replay.key[1] !== needed.replay?.key[1]) {
    throw new Error('the random counter of its replay is of another stream.');
  }
  check?.();
  if (state.best) parts.best?.restore(state.best);
  if (state.replay) parts.replay?.restore(state.replay);
  if (state.reward) parts.reward?.restore(state.reward);
  for (const [variable, data] of writes) device.write(variable, data);
}

/** Whether an objective's variable is the fixed learning rate of an optimiser of its own. */
export function isOwnRate({ name, initial }: Variable): boolean {
  return initial !== undefined && name.endsWith('/learning-rate');
}

/** The device's variables that hold the state. */
export function variablesOf({ learner, key, exploration, recent }: StateParts): Variable[] {
  return [
    ...learner.networks.flatMap(({ optimizer }) => optimizerVariables(optimizer)),
    ...learner.variables,
    ...[key, exploration],
    ...(recent ? [recent] : []),
  ];
}

/** The names and positions of a network's parameters. */
export function layersOf({ network, parameters }: TrainableNetwork): Layer[] {
  return network.parameters.map(({ name, shape }, i) => ({ name, shape, offset: parameters.offsets[i] }));
}

function stateWith(parts: StateParts, valuesOf: (variable: Variable) => Numbers): RunState {
  const arrayOf = (variable: Variable, name: string): NamedArray => {
    const { dtype, shape } = variable;
    const data = valuesOf(variable);
    return dtype === 'f32'
      ? { name, dtype: 'F32', shape, data: Float32Array.from(data) }
      : { name, dtype: 'I32', shape, data: Int32Array.from(data) };
  };
  const networks = parts.learner.networks.map((trained): [string, NetworkState] => {
    const { values, average, own } = networkVariables(trained);
    return [
      trained.network.name,
      {
        layers: layersOf(trained),
        parameters: Float32Array.from(valuesOf(values)),
        average: average && Float32Array.from(valuesOf(average)),
        optimizer: own.map(({ variable, name }) => arrayOf(variable, name)),
      },
    ];
  });
  const key = Int32Array.from(valuesOf(parts.key));
  return {
    step: key[2],
    key,
    exploration: Float32Array.from(valuesOf(parts.exploration)),
    networks: Object.fromEntries(networks),
    objective: parts.learner.variables.map((variable) => arrayOf(variable, variable.name)),
    ...hostStates(parts),
    recent: parts.recent && { shape: parts.recent.shape, data: Int32Array.from(valuesOf(parts.recent)) },
  };
}

/** A network's parameters, their average, and the optimiser's other variables, by their names in a state. */
function networkVariables({ parameters, optimizer }: TrainableNetwork) {
  const { average, ...kept } = optimizer.state;
  const own = Object.entries({ updates: optimizer.updates, ...kept }).map(([name, variable]) => ({ name, variable }));
  return { values: parameters.values, average: average as Variable | undefined, own };
}

function networkWrites(trained: TrainableNetwork, { networks }: RunState): [Variable, ArrayLike<number>][] {
  const { name } = trained.network;
  const { layers, parameters, average, optimizer } = networks[name];
  const needed = networkVariables(trained);
  const wanted = JSON.stringify(layersOf(trained));
  const found = JSON.stringify(layers.map(({ name, shape, offset }) => ({ name, shape, offset })));
  if (found !== wanted) {
    throw new Error(
      `its network ${name} has the layers ${shapesOf(layers)}, but this run needs ${shapesOf(layersOf(trained))}.`,
    );
  }
  samePresence(`average of the parameters of ${name}`, average, needed.average);
  sameNames(
    `array of the optimiser of ${name}`,
    optimizer.map((array) => array.name),
    needed.own.map((own) => own.name),
  );
  const flat = (data: Float32Array) => ({ dtype: 'F32' as const, shape: [data.length], data });
  const writes: [Variable, ArrayLike<number>][] = [
    [needed.values, fitting(needed.values, flat(parameters), `${name}/parameters`)],
  ];
  if (needed.average && average) {
    writes.push([needed.average, fitting(needed.average, flat(average), `${name}/average`)]);
  }
  for (const own of needed.own) {
    const array = optimizer.find((candidate) => candidate.name === own.name);
    if (!array) continue;
    const at = `${name}/optimizer/${own.name}`;
    checkOptimizer(at, own.name, array.data);
    writes.push([own.variable, fitting(own.variable, array, at)]);
  }
  return writes;
}

/** Layers in a message. */
export function shapesOf(layers: readonly Layer[]): string {
  return layers.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ');
}

/** Refuses values that no optimiser produces: a rate, a count or a mean of squares below 0. */
function checkOptimizer(at: string, name: string, data: NamedArray['data']): void {
  // A rate that decays to a tiny share of itself ends as 0 in float32.
  if (name === 'learning-rate' && !(data[0] >= 0)) throw new Error(`its ${at} is ${data[0]}, not a number from 0.`);
  if (name !== 'updates' && name !== 'second-moment') return;
  const below = data.find((value) => value < 0);
  if (below !== undefined) throw new Error(`its ${at} holds ${below}, which is below 0.`);
}

function checkStep(state: RunState): void {
  const { step, key, replay } = state;
  if (!Number.isSafeInteger(step) || step < 0) {
    throw new Error(
      `its step is ${typeof step === 'number' ? step : JSON.stringify(step)}, not a whole number from 0.`,
    );
  }
  for (const [name, counter] of [
    ['rollouts', key],
    ['replay', replay?.key],
  ] as const) {
    if (counter !== undefined && counter[2] !== step) {
      throw new Error(`its step is ${step}, but the random counter of its ${name} stands at ${counter[2]}.`);
    }
  }
}

function checkKey(needed: Int32Array, key: Int32Array): void {
  if (key[0] !== needed[0]) {
    throw new Error(`its random numbers are those of seed ${key[0] >>> 0}, but the run has seed ${needed[0] >>> 0}.`);
  }
  if (key[1] !== needed[1] || key[3] !== needed[3] || key[2] < 0) {
    throw new Error(`its random counter [${key.join(', ')}] is not one of a training run.`);
  }
}

function checkExploration(needed: Float32Array, exploration: Float32Array): void {
  const [rate, temperature] = exploration;
  if (exploration.length !== 2) throw new Error(`its exploration has ${exploration.length} numbers, not 2.`);
  // The rate is a float32 sum, which may round up.
  if (!(rate >= 0 && rate <= 1 + 2 ** -22)) throw new Error(`its exploration rate is ${rate}, not from 0 to 1.`);
  if (temperature !== needed[1]) {
    throw new Error(`its temperature is ${temperature}, but the run has ${needed[1]}.`);
  }
}

function fitting(target: Variable, array: Omit<NamedArray, 'name'>, name: string): ArrayLike<number> {
  const dtype = target.dtype === 'f32' ? 'F32' : 'I32';
  if (
    array.dtype !== dtype ||
    array.shape.join() !== target.shape.join() ||
    array.data.length !== elementCount(target.shape)
  ) {
    throw new Error(
      `its array ${name} is ${array.dtype} [${array.shape.join(', ')}], but this run needs ${dtype} [${target.shape.join(', ')}].`,
    );
  }
  if (!areFinite(array.data)) throw new Error(`its array ${name} holds numbers that are not finite.`);
  return array.data;
}

function sameNames(what: string, found: readonly string[], needed: readonly string[]): void {
  const missing = needed.find((name) => !found.includes(name));
  if (missing !== undefined) throw new Error(`it has no ${what} named ${missing}.`);
  const extra = found.find((name) => !needed.includes(name));
  if (extra !== undefined) throw new Error(`it has a ${what} named ${extra}, which this run does not have.`);
}

function samePresence(what: string, found: unknown, needed: unknown): void {
  if (found === undefined && needed !== undefined) throw new Error(`it has no ${what}, which its run needs.`);
  if (found !== undefined && needed === undefined) throw new Error(`it has a ${what}, which this run does not have.`);
}
