import type { Activation } from '../../src/ops/index.ts';
import type { Operand } from '../../src/plan/step.ts';
import functions from '../elementwise/functions.wgsl';
import activation from './activation.wgsl';

/** The numbers of the activations in activation.wgsl. */
export const activationNumbers: Readonly<Record<Activation, number>> = {
  none: 0,
  relu: 1,
  leakyRelu: 2,
  tanh: 3,
  sigmoid: 4,
};

/** In front of a product: activations of four numbers. */
export const activationText = `alias Value = vec4f;\n${functions}${activation}`;

export const activationConstant = ({ activation: name }: { activation: Activation }) => ({
  ACTIVATION: activationNumbers[name],
});

/**
 * The last factor of an input gradient: none, or the derivative of the activation that made x, bound only then.
 * @param place the parameters that say where, and @param read an expression of x there
 */
export function onwardText(x: Operand | undefined, place: string, read: string): string {
  const value = x ? `through(THROUGH, value, ${read})` : 'value';
  return `override THROUGH: u32;\nfn onward(value: vec4f, ${place}) -> vec4f { return ${value}; }\n`;
}
