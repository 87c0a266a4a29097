import type { Observation } from '../environment/environment.ts';
import { type Activation, dense, oneHotDense } from '../ops/index.ts';
import type { Tensor } from '../tape/index.ts';
import type { Network, ParameterDefinition } from './network.ts';

export interface MlpOptions {
  readonly name: string;
  /** What it takes: an environment's observation, or just its kind and width. */
  readonly observation: Pick<Observation, 'kind' | 'width'>;
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  readonly activation?: Activation;
  /** The width of one more layer without activation between the hidden layers and the output. */
  readonly projection?: number;
  readonly outputs: number;
}

/**
 * A multilayer perceptron over an environment's observation. All weights and biases start uniform in
 * (-1/sqrt(fan in), 1/sqrt(fan in)). On tokens the first layer gathers rows of its weights instead of multiplying.
 */
export function mlp(options: MlpOptions): Network {
  const { name, observation, hidden, activation = 'relu', projection, outputs } = options;
  if (observation.kind === 'graph') throw new Error(`mlp ${name}: a perceptron cannot read graphs.`);
  for (const width of [...hidden, outputs, projection ?? 1]) {
    if (!Number.isInteger(width) || width < 1)
      throw new Error(`mlp ${name}: a layer of ${width} units cannot be made.`);
  }
  const widths = [observation.width, ...hidden, ...(projection ? [projection] : []), outputs];
  const activations = widths.slice(1).map((_, i): Activation => (i < hidden.length ? activation : 'none'));
  const parameters = activations.flatMap((_, layer): ParameterDefinition[] => {
    const [fanIn, fanOut] = [widths[layer], widths[layer + 1]];
    const bound = 1 / Math.sqrt(fanIn);
    return [
      { name: `layer${layer}/weight`, shape: [fanIn, fanOut], bound },
      { name: `layer${layer}/bias`, shape: [fanOut], bound },
    ];
  });
  return {
    name,
    parameters,
    apply(tensors, input) {
      return activations.reduce((x: Tensor, layerActivation, layer) => {
        const [weight, bias] = [tensors[2 * layer], tensors[2 * layer + 1]];
        const first = layer === 0 && observation.kind === 'tokens';
        return (first ? oneHotDense : dense)(x, weight, bias, layerActivation);
      }, input);
    },
  };
}
