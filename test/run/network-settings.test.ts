import { describe, expect, test } from 'vitest';
import { recipeOf } from '../../src/nn/index.ts';
import { objectives } from '../../src/objective/index.ts';
import { catalogue } from '../../src/run/catalogue.ts';
import { effectiveOptions, hasEffect } from '../../src/run/effective-options.ts';
import { concerns } from '../../src/run/network-settings.ts';
import { completeConfig } from '../../src/run/run-config.ts';
import { gridProblem } from '../rollout/problems.ts';

describe('the settings of an optimiser of its own', () => {
  test.each(objectives)('are those of the networks that $name makes', async ({ options, load }) => {
    const used = new Set<string>();
    const told = (name: string) => (rate: number) => {
      used.add(name);
      return recipeOf({})(rate);
    };
    const groups = ['valueOptimizer', 'logPartitionOptimizer'] as const;
    const optimizers = Object.fromEntries(groups.map((name) => [name, told(name)]));
    (await load())().learner({ ...gridProblem(2, 4), batch: 2, seed: 0, network: { hidden: [4] }, ...optimizers });
    for (const name of groups) {
      expect(concerns({ options }, `trainingOptions.${name}`), name).toBe(used.has(name));
      expect(concerns({ options }, `trainingOptions.${name}.kind`), name).toBe(used.has(name));
    }
  });

  test('are left out of what distinguishes runs of an objective without that network', () => {
    const trainingOptions = { valueOptimizer: {}, logPartitionOptimizer: {} };
    const withOptimizers = (objective: string) => {
      const config = completeConfig(catalogue, { problem: 'hypergrid', objective, trainingOptions });
      const path = 'trainingOptions.valueOptimizer.kind';
      return {
        kept: effectiveOptions(catalogue, config).trainingOptions,
        hasValue: hasEffect(catalogue, config, path),
      };
    };
    const [tb, gae] = [withOptimizers('tb'), withOptimizers('gae')];
    expect([tb.hasValue, gae.hasValue]).toEqual([false, true]);
    expect(tb.kept).not.toHaveProperty('valueOptimizer');
    expect(tb.kept).toHaveProperty('logPartitionOptimizer');
    expect(gae.kept).toHaveProperty('valueOptimizer');
    expect(gae.kept).not.toHaveProperty('logPartitionOptimizer');
  });
});
