import type { ParameterDefinition } from './network.ts';

/** A weight and a bias, uniform in +- 1 / sqrt(fan in), or within a bound of its own. */
export function linear(
  name: string,
  fanIn: number,
  fanOut: number,
  bound = 1 / Math.sqrt(fanIn),
): ParameterDefinition[] {
  return [
    { name: `${name}/weight`, shape: [fanIn, fanOut], bound },
    { name: `${name}/bias`, shape: [fanOut], bound },
  ];
}
