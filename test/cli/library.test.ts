import { describe, expect, test } from 'vitest';
import { makeRunConfig } from '../../src/cli/make-run-config.ts';
import { catalogue } from '../../src/run/catalogue.ts';
import { parseRunConfig } from '../../src/run/run-config.ts';
import { presets } from '../../src/run/settings.ts';
import { flowtape } from './command-line.ts';

const pairs = catalogue.problems.flatMap((problem) =>
  catalogue.objectives.map((objective) => [problem.name, objective.name]),
);

describe('the command line on the library', () => {
  test('prints the exact figures of the uniform policy on a Hypergrid', async () => {
    const { code, stdout } = await flowtape(['eval', 'hypergrid', '--policy', 'uniform', '--side', '8', '--json']);
    expect(code).toBe(0);
    const { totalVariation, elboGap, logPartitionExact, meanLength } = JSON.parse(stdout);
    // Computed apart from this program, to 6 digits.
    expect(totalVariation).toBeCloseTo(0.820758, 6);
    expect(elboGap).toBeCloseTo(-3.008938, 6);
    expect(logPartitionExact).toBeCloseTo(2.776581, 6);
    expect(meanLength).toBeCloseTo(2.9844, 4);
  });

  test.each(pairs)('has defaults for %s with %s that make a configuration', (problem, objective) => {
    const config = makeRunConfig({ problem, objective, given: new Map() });
    expect(parseRunConfig(catalogue, JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  test.each(presets)('has a preset $name that fits wherever it has settings', ({ name, settings }) => {
    const fitting = pairs.filter(([problem, objective]) => settings(problem, objective) !== undefined);
    expect(fitting).not.toEqual([]);
    for (const [problem, objective] of fitting) {
      const config = makeRunConfig({ problem, objective, preset: name, given: new Map() });
      expect(parseRunConfig(catalogue, JSON.parse(JSON.stringify(config)))).toEqual(config);
    }
  });

  test('has no two options that claim one flag', async () => {
    // Making the help of every command looks at every flag there is.
    expect((await flowtape(['train', '--help'])).code).toBe(0);
  });

  test('says what this machine has, whatever it has', async () => {
    const { code, stdout } = await flowtape(['doctor', '--json']);
    expect(code).toBe(0);
    const { flowtape: version, webgpu, cpu, choice, advice } = JSON.parse(stdout);
    expect([version, Array.isArray(advice)]).toEqual(['1.2.3', true]);
    expect(webgpu.adapters.length > 0 || webgpu.problem.length > 0).toBe(true);
    expect(cpu).toEqual({ description: expect.stringContaining('WebAssembly') });
    expect(['webgpu', 'cpu']).toContain(choice.kind);
  });
});
