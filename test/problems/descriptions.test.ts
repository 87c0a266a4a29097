import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { checkFirstWalks } from '../../src/environment/first-walks.ts';
import { openNodeChemistry } from '../../src/node/chemistry.ts';
import { objectives } from '../../src/objective/catalogue.ts';
import { completeUnknown, leavesOf } from '../../src/options/index.ts';
import { problems } from '../../src/problems/catalogue.ts';
import { makeProblem } from '../../src/problems/problem.ts';

describe.each(problems)('$name', (entry) => {
  const { name, title, sentence, options: schema, needs = [] } = entry;
  const options = completeUnknown(name, schema, {});

  test('is told to readers, and its code is that of its description', async () => {
    expect(title).not.toBe('');
    expect(sentence).toMatch(/^Here it .*\. Trained well, .*\.$/);
    const { problem } = await entry.load();
    expect({ ...problem.description, load: entry.load }).toEqual(entry);
    expect(problem.dataPack !== undefined).toBe(needs.includes('data'));
  });

  test('is cited in the list of what to cite', async () => {
    const listed = await readFile('docs/citing.md', 'utf8');
    const { citations } = entry;
    if (citations) expect(listed).toContain(`| \`${name}\` | ${citations.join('<br>')} |`);
  });

  test('names only options that it has', () => {
    const names = leavesOf(schema).map(({ path }) => path);
    const { mainOptions = [], pageMax = {}, painting, expression } = entry;
    const named = [
      ...[...mainOptions, ...Object.keys(pageMax)],
      ...(painting ? [painting.choice, painting.levels] : []),
      ...(expression ? [expression.choice, expression.text] : []),
    ];
    for (const each of named) expect(names).toContain(each);
    // A folder of data is what a problem needs where it says so.
    const folders = leavesOf(schema).filter(({ option }) => option.kind === 'files' && option.files.length > 0);
    expect(folders.length > 0).toBe(needs.includes('data'));
  });

  test('has settings that its schema and each objective take', () => {
    for (const objective of objectives) {
      for (const preset of [
        entry.defaults(objective.name),
        entry.paper?.(objective.name),
        entry.published?.(objective.name),
      ]) {
        if (preset === undefined) continue;
        completeUnknown(name, schema, preset.problem ?? {});
        completeUnknown(objective.name, objective.options, preset.objective ?? {});
      }
    }
  });

  // Those that need a user's data have no defaults to be made of; their own tests make them.
  const hasDefaults = !needs.includes('data') && !needs.includes('file');
  if (hasDefaults)
    test('is made of defaults and can be trained on', async () => {
      const made = await makeProblem((await entry.load()).problem, {}, { chemistry: openNodeChemistry });
      checkFirstWalks(made);
    });

  if (entry.size !== undefined)
    test('gives its size before it is made', async () => {
      const { problem } = await entry.load();
      const environment = problem.environment?.(options);
      if (environment === undefined) throw new Error('A problem that pages offer has its dynamics apart.');
      const size = entry.size?.(options);
      expect(size).toMatchObject({ maxSteps: environment.maxSteps, actions: environment.actionCount });
      expect(size?.inputs).toBe(environment.observation.width);
      const { enumeration } = environment;
      if ('reason' in enumeration) return;
      expect(size?.states).toBeGreaterThanOrEqual(Math.max(enumeration.stateCount, enumeration.objectCount));
      const shape = entry.gridShape?.(options);
      if (shape !== undefined) expect(shape.reduce((product, side) => product * side, 1)).toBe(enumeration.objectCount);
    });
});

test('a problem is named only in its own folder and one line elsewhere', async () => {
  // What has the name of a problem and means something else, or is an example of a command.
  const meant: Readonly<Record<string, readonly string[]>> = {
    'src/cli/program.ts': ['hypergrid'],
    'src/metrics/catalogue.ts': ['molecules'],
    // The article explains samplers on a grid; a table is an element of a page.
    ...Object.fromEntries(
      ['learning-figure', 'overture', 'speed', 'trust'].map((figure) => [
        `src/page/article/${figure}.ts`,
        ['hypergrid', 'table'],
      ]),
    ),
    'src/page/article/beyond/molecules-figure.ts': ['molecules'],
    'src/page/ui/state-panel.ts': ['table'],
    // An input of a plan.
    'src/rollout/reward-in-float32.ts': ['table'],
  };
  const files = (await readdir('src', { recursive: true })).map((file) => `src/${file.replaceAll('\\', '/')}`);
  const found: string[] = [];
  for (const file of files) {
    if (!file.endsWith('.ts') || file.startsWith('src/problems/')) continue;
    const text = await readFile(file, 'utf8');
    for (const { name } of problems) {
      if (meant[file]?.includes(name)) continue;
      if (text.includes(`'${name}'`) || text.includes(`/problems/${name}/problem.ts`)) found.push(`${name} in ${file}`);
    }
  }
  expect(found).toEqual([]);
});
