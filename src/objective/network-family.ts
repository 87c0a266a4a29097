import type { Environment } from '../environment/environment.ts';
import type { GraphLayout } from '../environment/graph-layout.ts';
import type { Observation, RelationObservation, SequenceObservation } from '../environment/observation.ts';
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

/** Makes networks over relations. */
export interface RelationFamily {
  readonly kind: 'relation';
  /** @param outputs the number of forward and backward logits, and of outputs of the state; 0 for none */
  network(
    name: string,
    observation: RelationObservation,
    shape: NetworkShape,
    outputs: { readonly [Kind in keyof Required<OutputKinds>]: number },
  ): Network;
}

/** Code of networks that only some environments need, loaded by `networkFamily`. */
export type NetworkFamily = GraphFamily | SequenceFamily | RelationFamily;

/**
 * Loads the code of an environment's networks, for the context of `Objective.learner` and `policyNetwork`; `createRun`
 * and similar functions call it themselves. Undefined for perceptrons, whose code is always loaded.
 * @param network the requested shape; for sequences and relations it decides whether they are perceptrons
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
  if (isSeenAsRelation(observation, network)) return (await import('./relation-family.ts')).relationFamily;
  return undefined;
}

/** Whether networks of this shape are transformers over the observed sequences. */
export function isSeenAsSequence(observation: Observation, network?: NetworkShape): observation is SequenceObservation {
  return isWide(network) && observation.kind === 'tokens' && observation.sequence !== undefined;
}

/** Whether networks of this shape are networks over the observed relations. */
export function isSeenAsRelation(observation: Observation, network?: NetworkShape): observation is RelationObservation {
  return isWide(network) && observation.kind === 'tokens' && observation.relation !== undefined;
}

/** Whether a shape has options that perceptrons do not have. */
function isWide({ width, layers, heads, attention }: NetworkShape = {}): boolean {
  return [width, layers, heads, attention].some((option) => option !== undefined);
}
