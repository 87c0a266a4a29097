import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place } from '../measure/gpu.ts';
import { measureInTurn } from '../measure/rounds.ts';
import { inTemporaryFolder } from '../measure/temporary-folder.ts';
import { isWanted, type Part } from '../part.ts';
import { stepEngines } from './engines.ts';
import { stepProblems } from './problems.ts';
import { type StepResult, stepResults } from './results.ts';
import { encodeStepData, makeStepData } from './step-data.ts';
import { describeStep } from './table.ts';

/** Times training steps, flowtape's and each peer's in turn. */
export async function runSteps({ places, peers, rounds, seconds, only, print }: Part): Promise<StepResult[]> {
  const results: StepResult[] = [];
  await inTemporaryFolder(async (folder) => {
    for (const [i, problem] of stepProblems.entries()) {
      if (!isWanted(problem.name, only)) continue;
      const data = join(folder, `step${i}.bin`);
      await writeFile(data, encodeStepData(makeStepData(problem)));
      for (const place of stepPlaces(places)) {
        const options = { rounds, seconds, limitSeconds: 120 + 10 * seconds };
        const engines = await measureInTurn(stepEngines(place, peers), { ...problem, data }, options);
        const found = stepResults(problem, place, engines);
        results.push(...found);
        print(describeStep(found));
      }
    }
  });
  return results;
}

/** The host's time alone is measured wherever webgpu is. */
function stepPlaces(places: readonly Place[]): Place[] {
  return places.includes('webgpu') ? [...places, 'host'] : [...places];
}
