import type { Observation } from '../environment/observation.ts';
import { type Activation, dense, oneHotDense, reshape } from '../ops/index.ts';
import type { Tensor } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import type { Network, ParameterDefinition } from './network.ts';

/** The shape of a multilayer perceptron. */
export interface PerceptronOptions {
  readonly name: string;
  /** Its input: an environment's observation, or just its kind and width. */
  readonly observation: Pick<Observation, 'kind' | 'width'>;
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  readonly activation?: Activation;
  /** The width of one more layer without activation between the hidden layers and the output. */
  readonly projection?: number | undefined;
  readonly outputs: number;
}

/**
 * A multilayer perceptron over an environment's observation. All weights and biases start uniform in
 * (-1/sqrt(fan in), 1/sqrt(fan in)). On tokens the first layer gathers rows of its weights instead of multiplying.
 * @throws if a width, its input's too, is not a positive integer, or it would read graphs
 */
export function perceptron(options: PerceptronOptions): Network {
  checkGiven('perceptron', { options }, { name: 'text', observation: 'object', hidden: 'list' });
  const { name, observation, hidden, activation = 'relu', projection, outputs } = options;
  if (observation.kind === 'graph') throw new Error(`perceptron ${name}: a perceptron cannot read graphs.`);
  const widths = [observation.width, ...hidden, ...(projection === undefined ? [] : [projection]), outputs];
  for (const width of widths) {
    if (!Number.isInteger(width) || width < 1)
      throw new Error(`perceptron ${name}: a layer of ${width} units cannot be made.`);
  }
  const activations = widths.slice(1).map((_, i): Activation => (i < hidden.length ? activation : 'none'));
  const parameters = activations.flatMap((_, layer): ParameterDefinition[] => {
    const [fanIn, fanOut] = [widths[layer], widths[layer + 1]];
    const bound = 1 / Math.sqrt(fanIn);
    return [
      { name: `layer${layer}/weight`, shape: [fanIn, fanOut], bound },
      { name: `layer${layer}/bias`, shape: [fanOut], bound },
    ];
  });
  const prepare = (tensors: readonly Tensor[], rows: number) => {
    const layers = activations.map((layerActivation, i): Layer => {
      return { weight: tensors[2 * i], bias: tensors[2 * i + 1], activation: layerActivation };
    });
    const joined = joinLinear(layers, rows);
    return (input: Tensor) =>
      joined.reduce((x, { weight, bias, activation: layerActivation }, i) => {
        const first = i === 0 && observation.kind === 'tokens';
        return (first ? oneHotDense : dense)(x, weight, bias, layerActivation);
      }, input);
  };
  return {
    name,
    parameters,
    prepare,
    apply: (tensors, input) => prepare(tensors, input.shape[0])(input),
  };
}

interface Layer {
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly activation: Activation;
}

/**
 * Multiplies a layer without activation together with the next one if that is less work: (x W + b) V + c = x (W V) + (b
 * V + c). For n rows of widths I, P and O this takes n I O + I P O multiplications instead of n P (I + O), forwards and
 * backwards alike, since each product has two of its own size in its gradient.
 */
function joinLinear(layers: readonly Layer[], rows: number): readonly Layer[] {
  const at = layers.findIndex(({ activation }, i) => i > 0 && i + 1 < layers.length && activation === 'none');
  if (at < 0) return layers;
  const [first, second] = [layers[at], layers[at + 1]];
  const [inner, projection] = first.weight.shape;
  const outputs = second.weight.shape[1];
  if (rows * inner * outputs + inner * projection * outputs >= rows * projection * (inner + outputs)) return layers;
  const bias = dense(reshape(first.bias, [1, projection]), second.weight, second.bias);
  const joined: Layer = {
    weight: dense(first.weight, second.weight),
    bias: reshape(bias, [outputs]),
    activation: second.activation,
  };
  return joinLinear([...layers.slice(0, at), joined, ...layers.slice(at + 2)], rows);
}
