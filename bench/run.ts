import { type AuthorsCurves, authorsTable, runAuthorsCurves } from './authors/curves.ts';
import type { Authors } from './authors/program.ts';
import { runEqualSeconds } from './equal-seconds/part.ts';
import { type SecondsResult, secondsTable } from './equal-seconds/result.ts';
import { type CurveResult, curveTable, runCurves } from './field/curves.ts';
import { runField } from './field/part.ts';
import { runFused } from './fused/part.ts';
import { runGrowth } from './growth/part.ts';
import { runKernels } from './kernels/part.ts';
import type { KernelResults } from './kernels/results.ts';
import { describeMachine, type Machine, machineLine } from './machine.ts';
import { type FigureTable, tableText } from './measure/figure-table.ts';
import type { Place } from './measure/gpu.ts';
import { type MemoryResult, runMemory } from './memory/part.ts';
import type { Options } from './options.ts';
import type { Part } from './part.ts';
import { installPeers } from './peers/install.ts';
import { runProfiles } from './profile/part.ts';
import { installPythons } from './python/install.ts';
import { type RolloutResult, runRollouts } from './rollout/part.ts';
import { runStarts } from './start/part.ts';
import { runSteps } from './step/part.ts';
import type { StepResult } from './step/results.ts';
import { runTraining } from './train/part.ts';
import type { TrainResult } from './train/results.ts';

/** All results of a run: what --json writes and `report` reads. */
export interface Figures {
  readonly date: string;
  readonly machine: Machine;
  readonly command: string;
  readonly seconds: number;
  readonly rounds: number;
  readonly step?: readonly StepResult[];
  readonly train?: readonly TrainResult[];
  /** The problems of gfnx's scripts, a table for each. */
  readonly field?: readonly FigureTable[];
  readonly curves?: readonly CurveResult[];
  readonly equalSeconds?: readonly SecondsResult[];
  /** The same beside the code that the authors of Ent-PPO published. */
  readonly authorsSeconds?: readonly SecondsResult[];
  readonly equalTrajectories?: readonly AuthorsCurves[];
  readonly kernels?: readonly KernelResults[];
  readonly rollout?: readonly RolloutResult[];
  readonly memory?: readonly MemoryResult[];
  readonly profile?: readonly FigureTable[];
  readonly start?: readonly FigureTable[];
  readonly growth?: readonly FigureTable[];
  readonly fused?: readonly FigureTable[];
}

/** Runs the requested parts, showing results as they come, and saves after each. */
export async function runParts(
  options: Options,
  print: (text: string) => void,
  save: (figures: Figures) => Promise<void>,
): Promise<void> {
  const machine = await describeMachine();
  print(`${machineLine(machine)}\n`);
  const { parts, peers, rounds, seconds, only, data, python } = options;
  const part: Part = {
    places: placesOf(options, machine),
    peers: parts.includes('step') || parts.includes('start') ? await installPeers(peers, { say: print }) : [],
    ...{ rounds, seconds, only, print },
  };
  let figures: Figures = {
    date: new Date().toISOString(),
    machine,
    command: `npm run bench -- ${process.argv.slice(2).join(' ')}`,
    ...{ seconds, rounds },
  };
  const done = async (found: Partial<Figures>) => {
    figures = { ...figures, ...found };
    await save(figures);
  };
  // First, since its ceilings are the floors of the others.
  if (parts.includes('kernels')) await done({ kernels: await runKernels(part) });
  if (parts.includes('step')) await done({ step: await runSteps(part) });
  if (parts.includes('train')) {
    const pythons = await installPythons(peers, { python, say: print });
    const places = trainPlaces(options, machine);
    const trainPart = { ...part, places, pythons, ...(data === undefined ? {} : { data }) };
    await done({ train: await runTraining(trainPart) });
    await done({ field: await runField(trainPart) });
  }
  if (parts.includes('curves')) {
    const curves = await runCurves({ ...part, pythons: await installPythons(peers, { python, say: print }) });
    for (const result of curves) print(tableText(curveTable(result)));
    await done({ curves });
  }
  if (parts.includes('equal-seconds')) {
    const authors = await authorsOf(options, print);
    const pythons = authors ? {} : await installPythons(peers, { python, say: print });
    const results = await runEqualSeconds({ ...part, pythons, authors });
    for (const result of results) print(tableText(secondsTable(result)));
    await done(authors ? { authorsSeconds: results } : { equalSeconds: results });
  }
  if (parts.includes('equal-trajectories')) {
    const authors = await authorsOf(options, print);
    if (!authors) print('equal-trajectories is left out: it needs --authors DIR.\n');
    else {
      const equalTrajectories = await runAuthorsCurves(part, authors);
      for (const result of equalTrajectories) print(tableText(authorsTable(result)));
      await done({ equalTrajectories });
    }
  }
  if (parts.includes('rollout')) await done({ rollout: await runRollouts(part) });
  if (parts.includes('memory')) await done({ memory: await runMemory(part, options.iterations) });
  if (parts.includes('profile')) await done({ profile: await runProfiles(part, data) });
  if (parts.includes('start')) {
    const pythons = await installPythons(peers, { python, say: print });
    await done({ start: await runStarts(part, pythons) });
  }
  if (parts.includes('growth')) await done({ growth: await runGrowth(part) });
  if (parts.includes('fused')) await done({ fused: await runFused(part) });
}

/** The authors' code runs in gfnx's environment: it needs the same packages. */
async function authorsOf({ authors, python }: Options, say: (text: string) => void): Promise<Authors | undefined> {
  if (authors === undefined) return undefined;
  const { gfnx } = await installPythons(['gfnx'], { python, say });
  return gfnx === undefined ? undefined : { folder: authors, python: gfnx };
}

function placesOf({ device }: Options, { adapter }: Machine): Place[] {
  if (device !== undefined) return [device];
  return adapter ? ['cpu', 'webgpu'] : ['cpu'];
}

/** An emulated GPU would take hours without telling anything. */
function trainPlaces(options: Options, machine: Machine): Place[] {
  if (options.device === undefined && machine.adapter?.software) return ['cpu'];
  return placesOf(options, machine);
}
