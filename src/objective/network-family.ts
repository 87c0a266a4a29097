import type { Environment } from '../environment/environment.ts';
import type { GraphLayout } from '../environment/graph-layout.ts';
import type { Observation, SequenceObservation } from '../environment/observation.ts';
import type { Network } from '../nn/index.ts';
import { checkGiven } from '../text/check-given.ts';
import type { NetworkShape, OutputKinds } from './network-shape.ts';

/** What makes transformers over graphs. */
export interface GraphFamily {
  readonly kind: 'graph';
  network(name: string, layout: GraphLayout, shape: NetworkShape, outputs: OutputKinds): Network;
}

/** What makes transformers over sequences. */
export interface SequenceFamily {
  readonly kind: 'sequence';
  network(name: string, observation: SequenceObservation, shape: NetworkShape, outputs: number): Network;
}

/** The code of networks that only some environments have, as `networkFamily` loads it. */
export type NetworkFamily = GraphFamily | SequenceFamily;

/**
 * Loads the code of an environment's networks, which `Objective.learner` and `policyNetwork` take in their context:
 * `createRun` and the like do so by themselves. Undefined for perceptrons, whose code is always there.
 * @param network the shape that the learner is asked for: of sequences it decides between transformer and perceptron
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

/** Whether networks of this shape are transformers over the sequences that are observed. */
export function isSeenAsSequence(
  observation: Observation,
  { width, layers, heads, attention }: NetworkShape = {},
): observation is SequenceObservation {
  const isAsked = [width, layers, heads, attention].some((option) => option !== undefined);
  return isAsked && observation.kind === 'tokens' && observation.sequence !== undefined;
}
