import type { Chemistry } from '../chemistry/chemistry.ts';
import { writeSmiles } from '../chemistry/write-smiles.ts';
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
  for (const { state, logReward, score } of objects) {
    const name = nameOf(state);
    if (!found.has(name)) found.set(name, { name, logReward, score });
  }
  return [...found.values()];
}

/** A run's best objects as comma-separated values with a header. */
export function objectTable(objects: readonly NamedObject[], isMolecule: boolean): string {
  const hasScores = objects.some(({ score }) => score !== undefined);
  const heads = ['rank', isMolecule ? 'smiles' : 'object', ...(hasScores ? ['score'] : []), 'log_reward'];
  const rows = objects.map(({ name, score, logReward }, i) => {
    return [i + 1, quoted(name), ...(hasScores ? [score ?? ''] : []), logReward].join(',');
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
