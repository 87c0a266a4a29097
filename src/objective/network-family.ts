import type { Environment } from '../environment/environment.ts';
import type { GraphLayout } from '../environment/graph-layout.ts';
import type { Observation, SequenceObservation } from '../environment/observation.ts';
import type { Network } from '../nn/index.ts';
import { checkGiven } from '../text/check-given.ts';
import type { NetworkShape, OutputKinds } from './network-shape.ts';

/** Makes transformers over graphs. */
export interface GraphFamily {
  readonly kind: 'graph';
  network(name: string, layout: GraphLayout, shape: NetworkShape, outputs: OutputKinds): Network;
}

/** Makes transformers over sequences. */
export interface SequenceFamily {
  readonly kind: 'sequence';
  network(name: string, observation: SequenceObservation, shape: NetworkShape, outputs: number): Network;
}

/** Code of networks that only some environments need, loaded by `networkFamily`. */
export type NetworkFamily = GraphFamily | SequenceFamily;

/**
 * Loads the code of an environment's networks, for the context of `Objective.learner` and `policyNetwork`; `createRun`
 * and similar functions call it themselves. Undefined for perceptrons, whose code is always loaded.
 * @param network the requested shape; for sequences it selects transformer or perceptron
 */
export async function networkFamily(
  given: Pick<Environment, 'observation'>,
  network?: NetworkShape,
): Promise<NetworkFamily | undefined> {
  checkGiven('networkFamily', { given }, { observation: 'object' });
  checkGiven('networkFamily', { network }, 'object?');
  const { observation } = given;
  if (observation.kind === 'graph') return (await import('./graph-family.ts')).graphFamily;
  if (isSeenAsSequence(observation, network)) return (await import('./sequence-family.ts')).sequenceFamily;
  return undefined;
}

/** Whether networks of this shape are transformers over the observed sequences. */
export function isSeenAsSequence(
  observation: Observation,
  { width, layers, heads, attention }: NetworkShape = {},
): observation is SequenceObservation {
  const isAsked = [width, layers, heads, attention].some((option) => option !== undefined);
  return isAsked && observation.kind === 'tokens' && observation.sequence !== undefined;
}
