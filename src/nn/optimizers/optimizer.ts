import { add, assign, filled, gradient, pack } from '../../ops/index.ts';
import { isReadable, type Tape, type Tensor, type Variable, variable } from '../../tape/index.ts';
import { checkGiven } from '../../text/check-given.ts';
import type { Parameters } from '../network.ts';
import { move } from './direction.ts';
import type { LearningRate, Transformation, Update, UpdateGradient } from './transformation.ts';

/** Updates one network's parameters. */
export interface Optimizer {
  readonly parameters: Parameters;
  /** i32 [1]: updates so far. */
  readonly updates: Variable;
  /**
   * The variables of its transformations, by name: `first-moment`, `second-moment`, `momentum`, `learning-rate`,
   * `average`.
   */
  readonly state: Readonly<Record<string, Variable>>;
  /** Absent if no transformation has one. */
  readonly learningRate?: LearningRate | undefined;
  /**
   * Records one update down the gradient of a loss that was computed from the parameters on its tape.
   * @throws if it was not computed from them, or they have been written since
   */
  minimize(loss: Tensor): UpdateGradient;
  /** Records one update down given gradients, one for each parameter. */
  update(gradients: readonly Tensor[]): UpdateGradient;
}

/** An optimiser of a network's parameters by a transformation of their gradients; see `chain`. */
export function optimizer(parameters: Parameters, transformation: Transformation): Optimizer {
  checkGiven('optimizer', { parameters }, 'parameters');
  checkGiven('optimizer', { transformation }, 'function');
  const piece = transformation(parameters);
  checkGiven('optimizer', { 'what the transformation makes': piece }, 'object');
  const updates = variable(`${parameters.network.name}/updates`, 'i32', [1]);
  const apply = (gradients: readonly Tensor[]) => {
    const { tape } = gradients[0];
    const { offsets, values } = parameters;
    const packed = pack(gradients, offsets, values.shape[0]);
    const gradient: UpdateGradient = { vector: packed };
    const count = tape.read(updates);
    const update: Update = { tape, parameters, count, next: add(count, 1), gradient };
    const direction = { base: { kind: 'gradients', gradients, packed }, decay: 0 } as const;
    move(piece.direct?.(direction, update) ?? direction, update);
    assign(updates, update.next);
    piece.moved?.(update);
    return gradient;
  };
  return {
    parameters,
    updates,
    state: piece.variables ?? {},
    learningRate: piece.learningRate,
    update: apply,
    minimize: (loss) => apply(gradientsOf(loss, parameters)),
  };
}

/** The variables that training changes and a checkpoint must hold. */
export function optimizerVariables({ parameters, updates, state }: Optimizer): Variable[] {
  return [parameters.values, updates, ...Object.values(state)];
}

/** Parameters as a loss was computed from them (see `readParameters`), with their optimiser. */
export interface ParameterGroup {
  readonly tensors: readonly Tensor[];
  readonly optimizer: Optimizer;
}

/** Records one update down the gradient of `loss` with respect to `tensors` only. Returns that gradient. */
export function minimize(loss: Tensor, tensors: readonly Tensor[], optimizer: Optimizer): UpdateGradient {
  checkGiven('minimize', { loss }, 'tensor');
  checkGiven('minimize', { tensors }, 'list');
  checkGiven('minimize', { optimizer }, { update: 'function' });
  return minimizeGroups(loss, [{ tensors, optimizer }])[0];
}

/** Records one update for each group of parameters, all down the same gradient of `loss`. Returns each group's part. */
export function minimizeGroups(loss: Tensor, groups: readonly ParameterGroup[]): readonly UpdateGradient[] {
  checkGiven('minimizeGroups', { loss }, 'tensor');
  checkGiven('minimizeGroups', { groups }, 'list');
  const gradients = gradient(
    loss,
    groups.flatMap(({ tensors }) => tensors),
  );
  let first = 0;
  return groups.map(({ tensors, optimizer }) => {
    const own = gradients.slice(first, first + tensors.length);
    first += tensors.length;
    return optimizer.update(own);
  });
}

/** The derivative of `loss` by each parameter: the sum over all its reads on the tape. */
function gradientsOf(loss: Tensor, { network, values, offsets }: Parameters): Tensor[] {
  const reads = readsOf(loss, values);
  if (reads.length === 0) {
    throw new Error(
      `minimize: the loss was not computed from the parameters of ${network.name} as they now are. ` +
        'Record it on this tape after their last update.',
    );
  }
  const gradients = gradient(
    loss,
    reads.map(({ tensor }) => tensor),
  );
  return network.parameters.map(({ shape }, i) => {
    const own = gradients.filter((_, k) => reads[k].offset === offsets[i]);
    if (own.length > 0) return own.reduce(add);
    return filled(loss.tape, shape, 0);
  });
}

/** The tensors from which `loss` was computed that still show the current value of a variable. */
function readsOf(loss: Tensor, values: Variable): { readonly tensor: Tensor; readonly offset: number }[] {
  const found: { readonly tensor: Tensor; readonly offset: number }[] = [];
  const seen = new Set<number>();
  const open = [loss];
  for (let tensor = open.pop(); tensor; tensor = open.pop()) {
    if (seen.has(tensor.id)) continue;
    seen.add(tensor.id);
    const { source } = tensor;
    if (source.kind === 'node') open.push(...source.node.inputs);
    if (source.kind === 'variable' && source.variable === values && isReadable(tensor)) {
      found.push({ tensor, offset: source.offset });
    }
  }
  return found.reverse();
}

/** Records adding to a counter. */
export function increment(tape: Tape, counter: Variable, by: number | Tensor = 1): void {
  assign(counter, add(tape.read(counter), by));
}
