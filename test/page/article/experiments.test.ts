import { afterEach, describe, expect, test } from 'vitest';
import {
  cellsUsed,
  experiments,
  farShare,
  sentencesOf,
  sharper,
} from '../../../src/page/article/experiments/catalogue.ts';
import { compare, comparisonSentence } from '../../../src/page/article/experiments/comparison.ts';
import { runTrial, trialConfig } from '../../../src/page/article/experiments/run-trial.ts';
import {
  type ArmResult,
  bandOf,
  commonEnd,
  spreadOf,
  type Trial,
  variationAt,
} from '../../../src/page/article/experiments/trial.ts';
import { pageConfig } from '../../../src/page/page-config.ts';
import { createRunClient } from '../../../src/page/run-client.ts';
import { workerHere } from '../fake-worker.ts';

/** A trial that is so far from its target after each of 100, 200, ... trajectories, which take a second each. */
function trial(seed: number, variations: readonly number[], pace = 1): Trial {
  const points = variations.map((totalVariation, i) => ({ trajectories: 100 * i, seconds: pace * i, totalVariation }));
  return { seed, points, learnt: [1, 0, 0, 0], target: [0.25, 0.25, 0.25, 0.25] };
}

const arm = (name: string, ...trials: readonly Trial[]): ArmResult => ({ name, trials });

describe('a comparison', () => {
  const slow = arm('slow', trial(1, [1, 0.5, 0.1], 2), trial(2, [1, 0.4, 0.2], 2));
  const fast = arm('fast', trial(1, [1, 0.8, 0.6, 0.3, 0.05]), trial(2, [1, 0.7, 0.5, 0.4, 0.03]));

  test('is made at the last measurement before the point that all have reached', () => {
    expect(commonEnd([slow, fast], 'trajectories')).toBe(200);
    expect(commonEnd([slow, fast], 'seconds')).toBe(4);
    expect(variationAt(slow.trials[0], 'trajectories', 199)).toBe(0.5);
    expect(spreadOf([3, 1, 2, 10])).toEqual({ median: 2.5, low: 1, high: 10 });
    expect(bandOf(slow, 'trajectories', 200).at(-1)).toMatchObject({ x: 200, low: 0.1, high: 0.2 });
  });

  test('names the nearer method if the bands are apart, perhaps another one for equal time', () => {
    const [walks, time] = (['trajectories', 'seconds'] as const).map((measure) => compare([slow, fast], measure));
    expect(walks.nearest).toBe(0);
    expect(time.nearest).toBe(1);
    expect(comparisonSentence([slow, fast], walks)).toBe(
      'Misplaced after 200 walks each. slow: 15.0 % (10.0 to 20.0 %); fast: 55.0 % (50.0 to 60.0 %). slow is nearer: its worst seed is ahead of the other’s best.',
    );
    expect(comparisonSentence([slow, fast], time)).toContain('after 4.0 s of training each');
  });

  test('names none if the bands touch', () => {
    const close = arm('close', trial(1, [1, 0.9, 0.19]), trial(2, [1, 0.9, 0.3]));
    const found = compare([slow, close], 'trajectories');
    expect(found.nearest).toBeUndefined();
    expect(comparisonSentence([slow, close], found)).toContain('The bands overlap');
    // Apart, but by less than anybody sees.
    const closer = arm('closer', trial(1, [1, 0.9, 0.203]), trial(2, [1, 0.9, 0.3]));
    const near = compare([slow, closer], 'trajectories');
    expect(near.nearest).toBeUndefined();
    expect(comparisonSentence([slow, closer], near)).toContain('The bands are less than 0.50 % apart');
  });
});

describe.each(experiments)('$question', (experiment) => {
  test('asks for runs that a page takes, and its guesses exclude each other', () => {
    for (const each of experiment.arms) {
      const config = trialConfig(each, 7, { iterations: 10, seconds: 0 });
      expect(pageConfig(config)).toEqual(config);
    }
    // Whatever comes out: each order of the methods, and none.
    for (const best of [...experiment.arms.keys(), undefined]) {
      const results = experiment.arms.map(({ name }, i) =>
        arm(name, trial(1, [1, best === i ? 0.1 : 0.5]), trial(2, [1, best === i ? 0.15 : 0.6])),
      );
      expect(experiment.predictions.filter((prediction) => prediction.holds(results)).length).toBeLessThanOrEqual(1);
      const said = sentencesOf(experiment, results);
      expect(said.join(' ')).not.toMatch(/NaN|undefined|Infinity/);
      for (const { name } of experiment.arms) expect(said[0]).toContain(name);
    }
  });
});

test('measures say how spread out and how far away probability is', () => {
  expect(cellsUsed([0.25, 0.25, 0.25, 0.25])).toBeCloseTo(4, 12);
  expect(cellsUsed([1, 0, 0, 0])).toBe(1);
  expect(farShare([0.1, 0.2, 0.3, 0.4])).toBe(0.4);
  expect(sharper('0369', 2)).toBe('0149');
});

describe('a trial', () => {
  const clients: ReturnType<typeof createRunClient>[] = [];
  afterEach(() => {
    for (const client of clients.splice(0)) client.terminate();
  });
  const open = () => {
    const client = createRunClient(() => workerHere());
    clients.push(client);
    return client;
  };
  const [{ arms }] = experiments;

  test('runs the requested iterations, reproducibly, with points at its evaluations', async () => {
    const length = { iterations: 6, seconds: 0 };
    const [first, again] = [await runTrial(open(), arms[1], 3, length), await runTrial(open(), arms[1], 3, length)];
    expect(first.points.at(-1)?.trajectories).toBe(6 * 32);
    expect(first.learnt.length).toBe(64);
    const figures = ({ points }: Trial) => points.map((point) => [point.trajectories, point.totalVariation]);
    // Looks between evaluations come by time.
    expect(new Map(figures(again) as [number, number][]).get(96)).toBe(
      new Map(figures(first) as [number, number][]).get(96),
    );
  });

  test('shows what the first experiment is about on seeds that the page does not use: TB misses a mode', async () => {
    const [{ finding, iterations }] = experiments;
    const trials: Trial[] = [];
    for (const seed of [7, 8]) trials.push(await runTrial(open(), arms[1], seed, { iterations, seconds: 0 }));
    expect(finding([arm('TB', ...trials)])).toMatch(
      /^Modes found at the end, of 4, by seed: TB: [0-4] and [0-4]. TB missed at least one on some seed/,
    );
  });

  test('continues until its time is over', async () => {
    const { points } = await runTrial(open(), arms[1], 3, { iterations: 4, seconds: 0.1 });
    const last = points.at(-1);
    expect(last?.seconds).toBeGreaterThanOrEqual(0.1);
    expect(last?.trajectories).toBeGreaterThanOrEqual(4 * 32);
  });
});
