import { expect, test } from 'vitest';
import { openCpuDevice } from '../../src/device/index.ts';
import * as library from '../../src/index.ts';
import { formatAddress, parseAddress } from '../../src/page/address.ts';
import { asCommand, asProgram } from '../../src/page/as-code.ts';
import { pageCatalogue } from '../../src/page/catalogue.ts';
import { defaultConfig } from '../../src/page/default-config.ts';
import { chartsAsSvg } from '../../src/page/ui/charts-svg.ts';
import { curvesAsCsv, curvesAsJson, exportedRuns, gridAsSvg } from '../../src/page/ui/export-data.ts';
import { newKnownRun } from '../../src/page/ui/known-run.ts';
import { firstState } from '../../src/page/ui/page-state.ts';
import { withRun } from '../../src/page/ui/run-list.ts';
import { pageProblem } from '../../src/page/worker/active-run.ts';
import { stateGraph } from '../../src/problems/state-graph/environment.ts';
import { templateGraph, templateProgram } from '../../src/problems/state-graph/template.ts';
import { createConfiguredRun } from '../../src/run/run.ts';

const short = 'side=3&steps=2&batch=4&seed=5&device=cpu';

test('the command line lists what differs from its defaults, in its own syntax', () => {
  expect(asCommand(parseAddress(`${short}&terminal-reward-only=true`))).toBe(
    'npx flowtape train hypergrid --side 3 --terminal-reward-only --device cpu --seed 5 --steps 2 --batch 4',
  );
  expect(asCommand(parseAddress(`${short}&objective=tb&replay=on`))).toContain('--objective tb');
  expect(asCommand(parseAddress(`${short}&objective=tb&replay=on`))).toMatch(/ --replay( |$)/);
  expect(asCommand(defaultConfig())).toBe('npx flowtape train hypergrid');
});

test('the command line leaves out settings without effect, which it would refuse', () => {
  const command = (address: string) => asCommand(parseAddress(address)) ?? '';
  expect(command('objective=tb&tlm-epochs=2')).toBe('npx flowtape train hypergrid --objective tb');
  expect(command('objective=tb&tlm-epochs=2&backward-policy=tlm')).toContain('--tlm-epochs 2');
  expect(command('objective=tb&replay=on&replay-exponent=2')).not.toContain('exponent');
  const typed = command('problem=ising&sigma=0.5&reward=expression&expression=1');
  expect(typed).toBe('npx flowtape train ising --reward expression --expression 1');
});

/** Runs a program's text, with the library in the place of its import. */
async function runProgram(program: string, given: Readonly<Record<string, unknown>>): Promise<void> {
  const body = program.replace(/import (\{[^}]*\}) from 'flowtape(?:\/extend)?';/g, 'const $1 = given;');
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  await new AsyncFunction('given', body)(given);
}

const typed = { program: `${templateProgram}// Mine.`, graph: JSON.stringify(templateGraph()) };

test.each([
  ['ent-ppo', parseAddress(short)],
  ['tb', parseAddress(`${short}&objective=tb`)],
  ['an environment of one’s own', { ...parseAddress(`problem=state-graph&${short.slice(7)}`), problemOptions: typed }],
])('the program makes the very run of the page, with %s', async (_, config) => {
  const program = asProgram(config) ?? '';
  let made: library.Run | undefined;
  await runProgram(program.replace(/console\.log.*/, ''), {
    ...library,
    stateGraph,
    openDevice: async () => ({ device: await openCpuDevice({ threads: 1 }) }),
    train: async (options: library.RunOptions) => {
      made = await library.train(options);
      return made;
    },
  });
  const run = await createConfiguredRun(await openCpuDevice({ threads: 1 }), config, await pageProblem(config), {});
  await run.step(2);
  const [ours, theirs] = [await run.snapshot(), await (made as library.Run).snapshot()];
  expect(theirs).toEqual(ours);
});

test('every objective of the page has a program', () => {
  for (const { name, functionName } of pageCatalogue.objectives) {
    expect(library).toHaveProperty([functionName]);
    expect(asProgram(defaultConfig('hypergrid', name)) ?? '', name).toContain('from');
  }
  // What the library has no export for is told by the command line alone.
  expect(asProgram(defaultConfig('chain', 'tb'))).toBeUndefined();
});

test('curves become tables, and a distribution a picture', () => {
  const config = parseAddress(short);
  const curve = [{ step: 2, seconds: 0.5, values: { totalVariation: 0.5, loss: 3 } }];
  const knownRun = newKnownRun(config, curve);
  const other = { config, steps: 2, isKept: true, seeds: 3, curves: [curve, [{ ...curve[0], values: { loss: 4 } }]] };
  const runs = exportedRuns({
    knownRuns: [knownRun],
    listed: withRun([], other, 1).map((run) => ({ ...run, name: 'a, b' })),
  });
  expect(curvesAsCsv(runs).split('\n')).toEqual([
    'run,problem,objective,seed,iteration,trajectories,updates,seconds,totalVariation,loss',
    `${runs[0].name.includes(',') ? `"${runs[0].name}"` : runs[0].name},hypergrid,ent-ppo,5,2,8,8,0.5,0.5,3`,
    '"a, b",hypergrid,ent-ppo,5,2,8,8,0.5,0.5,3',
    '"a, b",hypergrid,ent-ppo,6,2,8,8,0.5,,4',
    '',
  ]);
  const told = JSON.parse(curvesAsJson(runs));
  expect(told.runs[1]).toMatchObject({
    address: `#${formatAddress(config)}`,
    seeds: [{ seed: 5, curve: [{ step: 2, trajectories: 8, values: { loss: 3 } }] }, { seed: 6 }],
  });
  const picture = gridAsSvg([2, 1], [0.25, 0.75], 0.75, 'two cells');
  expect(picture.match(/fill-opacity="[^"]*"/g)).toEqual(['fill-opacity="0.3333"', 'fill-opacity="1.0000"']);
});

test('charts become one picture, with the lines named by text that is no markup, in bands where there are seeds', () => {
  const config = parseAddress(short);
  const curveFrom = (totalVariation: number) =>
    [0, 10, 20].map((step) => ({
      step,
      seconds: step,
      values: { totalVariation: totalVariation / (step + 1), loss: 1 },
    }));
  const listed = withRun([], { config, steps: 20, isKept: true, seeds: 3, curves: [0.9, 0.5, 0.7].map(curveFrom) }, 1);
  const state = {
    ...firstState,
    knownRuns: [newKnownRun(config, curveFrom(0.8))],
    listed: listed.map((run) => ({ ...run, name: '<b> & "c"' })),
  };
  const colours = { ground: 'white', text: 'black', soft: 'grey', rule: 'silver', lines: ['red', 'green', 'blue'] };
  const drawing = chartsAsSvg(state, colours);
  expect(drawing).toContain('<title>Total variation, Loss over iterations</title>');
  expect(drawing).toContain('&#60;b&#62; &#38; &#34;c&#34;');
  expect(drawing).not.toContain('<b>');
  // Two charts of two lines; one has seeds. The visitor's choice of charts is followed.
  expect([drawing.match(/<polyline/g)?.length, drawing.match(/<polygon/g)?.length]).toEqual([4, 2]);
  expect(drawing).not.toMatch(/NaN|undefined|Infinity/);
  expect(chartsAsSvg({ ...state, figures: ['loss'] }, colours).match(/<polyline/g)?.length).toBe(2);
});
