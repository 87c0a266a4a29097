import type { Environment } from '../../environment/environment.ts';
import { bitSequence } from '../../problems/bit-sequence/environment.ts';
import { hypergrid } from '../../problems/hypergrid/environment.ts';
import { qm9String } from '../../problems/qm9-string/environment.ts';
import { tfbind8 } from '../../problems/tfbind8/environment.ts';
import type { RunConfig } from '../../run/run-config.ts';
import { messageOf } from '../../text/message-of.ts';

/**
 * The environment of a configuration, for the page to name states and read them: its dynamics alone, without reward.
 * Undefined for one that the page does not know.
 * @throws Error on sizes that do not go together, saying which
 */
export function environmentOf({ environment, environmentOptions: options }: RunConfig): Environment | undefined {
  switch (environment) {
    case 'hypergrid':
      return hypergrid({ dimension: Number(options.dim ?? 2), side: Number(options.side ?? 16) });
    case 'bit-sequence':
      return bitSequence({ length: Number(options.length ?? 16), wordSize: Number(options.wordSize ?? 4) });
    case 'tfbind8':
    case 'tfbind8-synthetic':
      return tfbind8();
    case 'qm9-string':
      return qm9String();
    default:
      return undefined;
  }
}

/** An object's text, by its number. */
export function objectText(environment: Environment, object: number): string {
  if ('reason' in environment.enumeration) return `object ${object}`;
  const state = new Int32Array(environment.stateSize);
  environment.enumeration.objectAt(object, state);
  return environment.text(state);
}

/** Reads a state that a person typed. */
export function readState(environment: Environment, text: string): { state: number[] } | { problem: string } {
  const state = new Int32Array(environment.stateSize);
  try {
    if (!environment.parse) throw new Error(`States of ${environment.name} cannot be read from text.`);
    environment.parse(text, state);
  } catch (error) {
    return { problem: messageOf(error) };
  }
  return { state: [...state] };
}

/** The row of a grid's cell before the walk has stopped there. */
export function cellState(coordinates: readonly number[]): number[] {
  return [...coordinates, 0];
}
