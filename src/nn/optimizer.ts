import {
  adam,
  add,
  assign,
  divide,
  exp,
  gradient,
  maximum,
  minimum,
  multiply,
  pack,
  reshape,
  sqrt,
  square,
  subtract,
  sum,
  toFloat,
} from '../ops/index.ts';
import type { Tape, Tensor, Variable } from '../tape/index.ts';
import { elementCount, variable } from '../tape/index.ts';
import type { Parameters } from './network.ts';

/** Adam's settings (Kingma & Ba 2015), and what is done to gradients and parameters around it. */
export interface AdamOptions {
  readonly learningRate: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly weightDecay?: number;
  /** Updates in which the learning rate halves, again and again; it stays without. */
  readonly halfLife?: number;
  /** Scales the gradient down to this Euclidean norm, over all parameters, where it is larger. */
  readonly clipNorm?: number;
  /** The same for the gradient of each parameter by itself. */
  readonly clipParameterNorm?: number;
  /** Keeps an exponential moving average of the parameters, of which each update leaves this share; for evaluation. */
  readonly averageDecay?: number;
}

/** Adam's state for one set of parameters: variables that a checkpoint keeps. */
export interface Optimizer {
  readonly parameters: Parameters;
  readonly options: AdamOptions;
  readonly firstMoment: Variable;
  readonly secondMoment: Variable;
  /** i32 [1]: updates so far. */
  readonly updates: Variable;
  /** f32 [1]. Write it to change the rate between runs. */
  readonly learningRate: Variable;
  /** The averaged parameters, where they are averaged. */
  readonly average?: Variable;
}

/** @throws unless the learning rate, the half-life and the norms are positive numbers, and the decay is from 0 to 1 */
export function adamOptimizer(parameters: Parameters, options: AdamOptions): Optimizer {
  if (!(options.learningRate > 0 && Number.isFinite(options.learningRate))) {
    throw new Error(
      `adam for ${parameters.network.name}: a learning rate of ${options.learningRate} is not a positive number.`,
    );
  }
  if (options.halfLife !== undefined && !(options.halfLife > 0)) {
    throw new Error(`adam for ${parameters.network.name}: a half-life of ${options.halfLife} updates is not positive.`);
  }
  for (const norm of [options.clipNorm, options.clipParameterNorm]) {
    if (norm !== undefined && !(norm > 0)) {
      throw new Error(`adam for ${parameters.network.name}: gradients cannot be scaled down to a norm of ${norm}.`);
    }
  }
  const { averageDecay } = options;
  if (averageDecay !== undefined && !(averageDecay >= 0 && averageDecay < 1)) {
    throw new Error(
      `adam for ${parameters.network.name}: an average keeps a share from 0 to below 1, not ${averageDecay}.`,
    );
  }
  const { name } = parameters.network;
  const { shape, initial } = parameters.values;
  return {
    parameters,
    options,
    firstMoment: variable(`${name}/first-moment`, 'f32', shape),
    secondMoment: variable(`${name}/second-moment`, 'f32', shape),
    updates: variable(`${name}/updates`, 'i32', [1]),
    learningRate: variable(`${name}/learning-rate`, 'f32', [1], Float32Array.of(options.learningRate)),
    ...(averageDecay === undefined ? {} : { average: variable(`${name}/average`, 'f32', shape, initial) }),
  };
}

/** The variables that training changes and a checkpoint must hold. */
export function optimizerVariables(optimizer: Optimizer): Variable[] {
  const { parameters, firstMoment, secondMoment, updates, learningRate, average } = optimizer;
  return [parameters.values, firstMoment, secondMoment, updates, learningRate, ...(average ? [average] : [])];
}

/** Parameters as a loss was computed from them (see `readParameters`), with their optimiser. */
export interface ParameterGroup {
  readonly tensors: readonly Tensor[];
  readonly optimizer: Optimizer;
}

/** Records one step of Adam down the gradient of `loss`. */
export function minimize(loss: Tensor, tensors: readonly Tensor[], optimizer: Optimizer): void {
  minimizeGroups(loss, [{ tensors, optimizer }]);
}

/** Records one step of Adam for each group of parameters, all down the same gradient of `loss`. */
export function minimizeGroups(loss: Tensor, groups: readonly ParameterGroup[]): void {
  const gradients = gradient(
    loss,
    groups.flatMap(({ tensors }) => tensors),
  );
  let first = 0;
  for (const { tensors, optimizer } of groups) {
    recordAdam(gradients.slice(first, first + tensors.length), optimizer);
    first += tensors.length;
  }
}

function recordAdam(raw: readonly Tensor[], optimizer: Optimizer): void {
  const { tape } = raw[0];
  const { parameters, options, firstMoment, secondMoment, updates, learningRate, average } = optimizer;
  const { clipParameterNorm } = options;
  const gradients =
    clipParameterNorm === undefined
      ? raw
      : raw.map((each) => multiply(each, reshape(clipFactor(flattened(each), clipParameterNorm), [])));
  const flat = pack(gradients, parameters.offsets, parameters.values.shape[0]);
  const count = add(tape.read(updates), 1);
  const factor = options.clipNorm === undefined ? undefined : clipFactor(flat, options.clipNorm);
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = options;
  const state = { parameters: parameters.values, firstMoment, secondMoment };
  adam(
    state,
    flat,
    count,
    decayed(tape.read(learningRate), count, options.halfLife),
    { beta1, beta2, epsilon, weightDecay },
    factor,
  );
  assign(updates, count);
  if (average && options.averageDecay !== undefined) {
    const kept = multiply(tape.read(average), options.averageDecay);
    assign(average, add(kept, multiply(tape.read(parameters.values), 1 - options.averageDecay)));
  }
}

function flattened(tensor: Tensor): Tensor {
  return reshape(tensor, [elementCount(tensor.shape)]);
}

/** The learning rate of update number `count`, which counts from 1. */
function decayed(rate: Tensor, count: Tensor, halfLife: number | undefined): Tensor {
  if (halfLife === undefined) return rate;
  return multiply(rate, exp(multiply(toFloat(subtract(count, 1)), -Math.LN2 / halfLife)));
}

function clipFactor(gradientVector: Tensor, norm: number): Tensor {
  const length = sqrt(sum(square(gradientVector), 0, true));
  // A gradient of length 0 keeps its length; the smallest normal float32 stands in for it as divisor.
  return minimum(divide(norm, maximum(length, 2 ** -126)), 1);
}

/** Records that a variable counts one further. */
export function increment(tape: Tape, counter: Variable, by: number | Tensor = 1): void {
  assign(counter, add(tape.read(counter), by));
}
