import { describe, expect, test } from 'vitest';
import { createObjective, entPpo, findObjective, objectives, trajectoryBalance } from '../../src/objective/index.ts';
import { defaultsOf } from '../../src/options/index.ts';
import { gridProblem } from '../rollout/problems.ts';
import { objectiveNames } from '../setup/objectives.ts';

describe('the catalogue of objectives', () => {
  test('lists every objective that the library exports', () => {
    expect(objectives.map(({ name }) => name)).toEqual(objectiveNames);
  });

  test.each(objectives)('$name loads the code that its data describes', async ({ name, options, offPolicy, load }) => {
    const objective = (await load())();
    expect([objective.name, objective.options]).toEqual([name, defaultsOf(options)]);
    const learner = objective.learner({ ...gridProblem(2, 4), batch: 2, seed: 0, network: { hidden: [4] } });
    expect(learner.offPolicy).toBe(offPolicy);
  });

  test('finds by name, with the nearest known one', async () => {
    expect(findObjective('tb').name).toBe('tb');
    expect(() => findObjective('ent-pop')).toThrow('There is no objective "ent-pop". Did you mean ent-ppo? Known: ');
    await expect(createObjective('toString')).rejects.toThrow('There is no objective "toString".');
  });

  test('makes objectives from options that it checks', async () => {
    expect((await createObjective('gae', { lambda: 0.5 })).options.lambda).toBe(0.5);
    await expect(createObjective('gae', { lamda: 0.5 })).rejects.toThrow(
      'gae: unknown option lamda. Did you mean lambda?',
    );
    await expect(createObjective('gae', 7)).rejects.toThrow('gae: options must be an object of options, not 7.');
  });
});

describe('objectives refuse', () => {
  test.each(objectives)('unknown options: $name', async (entry) => {
    const make = await entry.load();
    expect(() => make({ nonsense: 1 })).toThrow(`${entry.name}: unknown option nonsense.`);
    expect(() => make({ learningRate: 1e-50 })).toThrow(entry.name);
  });

  test('lr, and name learningRate', () => {
    expect(() => entPpo({ lr: 1 } as object)).toThrow('ent-ppo: unknown option lr. Did you mean learningRate?');
    expect(() => trajectoryBalance({ learningRate: 1e39 })).toThrow(
      'tb: learningRate must be a number above 0 and at most 10, not 1e+39.',
    );
  });
});
