import type { Place } from '../measure/gpu.ts';
import { measureProgram } from '../measure/program.ts';
import { type Engine, measureInTurn } from '../measure/rounds.ts';
import { type Spread, spread } from '../measure/statistics.ts';
import { alignedTable } from '../measure/table.ts';
import { isWanted, type Part } from '../part.ts';
import { type RolloutRecord, rolloutProblems, type Stepping } from './rollout.ts';

/** Rollouts of a problem on one device, stepped in one way. */
export interface RolloutResult {
  readonly place: Place;
  readonly problem: string;
  readonly batch: number;
  readonly stepping: Stepping;
  /** The time of a rollout. */
  readonly milliseconds?: Spread;
  readonly failed?: string;
}

const batches = [16, 1024];

/** Times rollouts with row programs, alternating with the environment's TypeScript on the calling thread. */
export async function runRollouts({ places, rounds, seconds, only, print }: Part): Promise<RolloutResult[]> {
  const results: RolloutResult[] = [];
  for (const problem of Object.keys(rolloutProblems).filter((name) => isWanted(name, only))) {
    for (const place of places) {
      for (const batch of batches) {
        // On a GPU the other way is completely different.
        const ways: readonly Stepping[] = place === 'cpu' ? ['programs', 'host'] : ['programs'];
        const engines = ways.map(
          (stepping): Engine<null> => ({
            name: stepping,
            program: (_, timed) => measureProgram('rollout', { place, problem, batch, stepping, seconds: timed }),
          }),
        );
        const found = await measureInTurn(engines, null, { rounds, seconds, limitSeconds: 120 + 10 * seconds });
        const made = found.map(({ measured }, i): RolloutResult => {
          const common = { place, problem, batch, stepping: ways[i] };
          if ('problem' in measured) return { ...common, failed: measured.problem };
          const times = (measured.records as RolloutRecord[]).map(({ milliseconds }) => milliseconds);
          return { ...common, milliseconds: spread(times) };
        });
        results.push(...made);
        print(`${problem}, batch ${batch}, ${place}\n${alignedTable(rolloutHeader, made.map(rolloutRow))}\n`);
      }
    }
  }
  return results;
}

export const rolloutHeader = ['environment stepped by', 'a rollout, ms', 'quartiles'] as const;

export function rolloutRow({ stepping, milliseconds, failed }: RolloutResult): string[] {
  const way = stepping === 'programs' ? 'row programs' : 'TypeScript, calling thread';
  if (!milliseconds) return [way, failed ?? '', ''];
  const { median, lowerQuartile, upperQuartile } = milliseconds;
  return [way, median.toFixed(2), `${lowerQuartile.toFixed(2)} to ${upperQuartile.toFixed(2)}`];
}
