import { writeSmiles } from '../chemistry/write-smiles.ts';
import type { RatedObjects } from '../environment/environment.ts';
import type { OpenedTask } from './data-folder.ts';

/** An object as people see it. */
export interface NamedObject {
  /** The canonical SMILES of a molecule; otherwise the environment's text. */
  readonly name: string;
  /** Undefined where the reward has no scores. */
  readonly score?: number;
  readonly logReward: number;
}

/** How the objects of a task are named. */
export function namesOf({ task, chemistry }: OpenedTask): (object: Int32Array) => string {
  const { environment, moleculeOf } = task;
  if (moleculeOf === undefined) return (object) => environment.text(object);
  return (object) => {
    const molecule = moleculeOf(object);
    // One that cannot be is written as it was built.
    return chemistry?.canonicalSmiles(molecule) ?? writeSmiles(molecule);
  };
}

/** A record's objects, best first; of those with one name, which differ in how they are built, the first. */
export function namedObjects(opened: OpenedTask, { states, logRewards, scores }: RatedObjects): NamedObject[] {
  const { stateSize } = opened.task.environment;
  const nameOf = namesOf(opened);
  const found = new Map<string, NamedObject>();
  for (const [i, logReward] of logRewards.entries()) {
    const name = nameOf(states.slice(i * stateSize, (i + 1) * stateSize));
    const score = scores[i];
    if (!found.has(name)) found.set(name, { name, logReward, ...(Number.isNaN(score) ? {} : { score }) });
  }
  return [...found.values()];
}
