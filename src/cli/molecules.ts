import type { Chemistry } from '../chemistry/chemistry.ts';
import { writeSmiles } from '../chemistry/write-smiles.ts';
import type { AnyProblem } from '../environment/environment.ts';
import { farthestPoints } from '../metrics/farthest-points.ts';
import { tanimotoDistance } from '../metrics/fingerprints.ts';
import { moleculeGrid } from '../plot/molecule-grid.ts';
import type { FoundObject } from '../run/run.ts';
import type { OpenedProblem } from './data/folder.ts';
import { formatFigure } from './text.ts';

/** An object as shown to people. */
export interface NamedObject {
  /** The canonical SMILES of a molecule; otherwise the environment's text. */
  readonly name: string;
  /** Undefined if the reward has no scores. */
  readonly score?: number | undefined;
  readonly logReward: number;
  /** The condition under which it got this reward, if the environment has one. */
  readonly condition?: number | undefined;
}

/** Returns the function that names the objects of a problem. */
export function namesOf({ problem, chemistry }: OpenedProblem): (object: Int32Array) => string {
  const { environment, moleculeOf } = problem;
  if (moleculeOf === undefined) return (object) => environment.text(object);
  return (object) => {
    const molecule = moleculeOf(object);
    // If there is no SMILES, it is written as it was built.
    return chemistry?.canonicalSmiles(molecule) ?? writeSmiles(molecule);
  };
}

/** Found objects, best first. Objects that share a name but were built differently count once. */
export function namedObjects(opened: OpenedProblem, objects: readonly Omit<FoundObject, 'text'>[]): NamedObject[] {
  const nameOf = namesOf(opened);
  const found = new Map<string, NamedObject>();
  for (const { state, logReward, score, condition } of objects) {
    const name = nameOf(state);
    if (!found.has(name)) found.set(name, { name, logReward, score, condition });
  }
  return [...found.values()];
}

/**
 * A run's best objects as comma-separated values with a header. A condition, such as an inverse temperature, has a
 * column, since a reward under one is not comparable with that under another.
 */
export function objectTable(
  objects: readonly NamedObject[],
  { moleculeOf, environment }: Pick<AnyProblem, 'moleculeOf' | 'environment'>,
): string {
  const hasScores = objects.some(({ score }) => score !== undefined);
  const drawn = environment.condition && [environment.condition.name.replaceAll(' ', '_')];
  const heads = [
    ...['rank', moleculeOf === undefined ? 'object' : 'smiles'],
    ...[...(hasScores ? ['score'] : []), ...(drawn ?? []), 'log_reward'],
  ];
  const rows = objects.map(({ name, score, logReward, condition }, i) => {
    const under = drawn ? [condition ?? ''] : [];
    return [i + 1, quoted(name), ...(hasScores ? [score ?? ''] : []), ...under, logReward].join(',');
  });
  return `${[heads.join(','), ...rows].join('\n')}\n`;
}

/** A text as a cell of comma-separated values (RFC 4180). */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Structures of a run's molecules. */
export interface MoleculePictures {
  /** The molecules with the highest scores. */
  readonly bestMolecules: string;
  /** The least similar ones of those kept. */
  readonly diverseMolecules: string;
}

/** Molecules in a picture. */
const drawn = 12;

/** Draws a run's best molecules; undefined if there are none, or nothing to draw them with. */
export function drawMolecules(
  chemistry: Chemistry | undefined,
  molecules: readonly NamedObject[],
): MoleculePictures | undefined {
  if (chemistry === undefined || molecules.length === 0) return undefined;
  const draw = (chosen: readonly NamedObject[]) => {
    const labelled = chosen.map(({ name, score, logReward }) => {
      return { smiles: name, label: score === undefined ? `log R ${formatFigure(logReward)}` : formatFigure(score) };
    });
    return moleculeGrid(chemistry, labelled);
  };
  const fingerprints = molecules.map(({ name }) => chemistry.fingerprint(name));
  const diverse = farthestPoints(fingerprints, drawn, tanimotoDistance);
  return {
    bestMolecules: draw(molecules.slice(0, drawn)),
    diverseMolecules: draw(diverse.sort((a, b) => a - b).map((place) => molecules[place])),
  };
}
