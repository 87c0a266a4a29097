import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeRunConfig } from '../../src/cli/make-run-config.ts';

export interface Made {
  readonly problem?: string;
  readonly method?: string;
  readonly objective?: string;
  readonly seed?: number;
  readonly values?: readonly number[];
  readonly seconds?: readonly number[];
  readonly steps?: number;
  readonly summary?: object;
  readonly given?: readonly (readonly [string, string])[];
  /** Variances of the gradient at every evaluation, total return first. */
  readonly variances?: readonly [number, number, number, number] | undefined;
  /** Other figures of every evaluation. */
  readonly figures?: Readonly<Record<string, number>>;
}

/** A folder as a run leaves it: evaluated every 10 of 40 iterations of 16 trajectories. */
export function makeRun(parent: string, { objective = 'tb', method = objective, seed = 0, ...made }: Made): string {
  const { problem = 'hypergrid', values = [0.9, 0.5, 0.3, 0.2, 0.1], steps = 40, given = [], seconds = [] } = made;
  const settings = new Map([
    ['steps', String(steps)],
    ['batch', '16'],
    ['evaluate-every', '10'],
    ['seed', String(seed)],
    ...given,
  ]);
  const config = makeRunConfig({ problem, objective, given: settings });
  const path = join(parent, `${problem}-${method}-seed${seed}`);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'config.json'), JSON.stringify(config));
  const names = ['totalReturn', 'rewardToGo', 'valueBaseline', 'generalizedAdvantage'];
  const variances = made.variances?.map((value, i) => [`gradientVariance/${names[i]}`, value]) ?? [];
  const rows = values.map((totalVariation, i) => ({
    ...Object.fromEntries(variances),
    ...{ step: 10 * i, trajectories: 160 * i, seconds: seconds[i] ?? i + 1 / 3, trajectoriesPerSecond: 1 },
    ...{ totalVariation, elboGap: -2 * totalVariation, ...made.figures },
  }));
  writeFileSync(join(path, 'metrics.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const summary = {
    status: 'finished',
    device: { kind: 'cpu', description: 'one thread' },
    seconds: 4,
    otherCores: 0,
    ...made.summary,
  };
  if (made.summary !== null) writeFileSync(join(path, 'summary.json'), JSON.stringify(summary));
  return path;
}

/** Three seeds, a little apart. */
export function makeRuns(parent: string, objective: string, values: readonly number[]): void {
  for (const seed of [0, 1, 2]) {
    makeRun(parent, { objective, seed, values: values.map((value) => value * (1 + seed / 100)) });
  }
}

/** A page with the places that are filled. */
export const page = [
  '# Page',
  '<!-- figures: leaders -->',
  '<!-- end of figures -->',
  '<!-- figures: claims -->',
  '<!-- end of figures -->',
  'prose',
  '<!-- figures: comparisons -->',
  '<!-- end of figures -->',
  '<!-- figures: terms -->',
  '<!-- end of figures -->',
].join('\n');
