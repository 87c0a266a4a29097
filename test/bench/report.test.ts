import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { cpuFloor, stepFloor, webgpuFloor } from '../../bench/report/floors.ts';
import { markdownSections } from '../../bench/report/markdown.ts';
import type { Figures } from '../../bench/run.ts';
import { stepResults } from '../../bench/step/results.ts';
import { insertSections } from '../../src/text/places.ts';

const constant = (value: number) => ({ lowerQuartile: value, median: value, upperQuartile: value, count: 1 });
const kernels = [
  { place: 'cpu', kernels: [], ceilings: { gigaflopsPerSecond: 100, gigabytesPerSecond: 10, how: 'a loop' } },
  {
    place: 'webgpu',
    kernels: [],
    ceilings: { gigaflopsPerSecond: 1000, gigabytesPerSecond: 100, how: 'a loop' },
    costs: { launch: constant(0.01), submit: constant(0.1), readBack: constant(0.2) },
  },
] as const;

test('floors are operations over the measured rate, or launches one behind the other', () => {
  expect(cpuFloor(1e9, kernels)).toEqual({ milliseconds: 10, why: 'operations' });
  expect(webgpuFloor(1e9, 14, kernels)).toEqual({ milliseconds: 1, why: 'operations' });
  expect(webgpuFloor(1e7, 14, kernels)).toEqual({ milliseconds: 0.14, why: '14 launches' });
  expect(cpuFloor(1e9, [])).toBeUndefined();
});

const problem = { name: 'MLP 1000-1000, batch 250', rows: 250, widths: [1000, 1000] };
const record = { engine: 'cpu: x', host: [20], total: [20], losses: [3, 2, 1], firstStep: 50 };
const step = stepResults(problem, 'cpu', [{ name: 'flowtape', measured: { records: [record] } }]);
const figures: Figures = {
  date: '2026-11-25T12:00:00.000Z',
  machine: { processor: 'P', cores: 2, gibibytes: 24, system: 'Linux', node: 'v20.1.0' },
  command: 'npm run bench -- all',
  ...{ seconds: 6, rounds: 3, step, kernels },
};

test('tables say how far a step is from its floor', () => {
  expect(stepFloor(step[0], kernels)).toEqual({ milliseconds: 10, why: 'operations' });
  const sections = markdownSections(figures);
  expect([...sections.keys()]).toEqual(['machine', 'step', 'kernels']);
  expect(sections.get('step')).toContain('| 2.00 (operations: 10.0 ms) |');
  expect(sections.get('machine')).toContain('**Date**: 2026-11-25');
});

test('tables replace themselves in the page however often they are written, and other places stay', async () => {
  const page = await readFile(new URL('../../docs/benchmarks.md', import.meta.url), 'utf8');
  const once = insertSections(page, markdownSections(figures));
  expect(once).toContain('| 2.00 (operations: 10.0 ms) |');
  expect(once).toContain('## Memory');
  expect(insertSections(once, markdownSections(figures))).toBe(once);
});

test('curves that were saved alone come with neither a machine nor a date', () => {
  const saved = { equalTrajectories: [{ problem: 'P', picture: 'p.svg', batch: 16, engines: [] }] };
  expect([...markdownSections(saved as unknown as Figures).keys()]).toEqual(['equal-trajectories']);
});

test('marks count only as lines of their own, and a place needs an end of its own', () => {
  const figuresOf = new Map([['step', 'table']]);
  const place = '<!-- figures: step -->\nold\n<!-- end of figures -->';
  const prose = 'Marks are `<!-- figures: step -->` and <!-- end of figures -->.';
  expect(insertSections(`${prose}\n${place}\n${prose}`, figuresOf)).toBe(
    `${prose}\n<!-- figures: step -->\n\ntable\n\n<!-- end of figures -->\n${prose}`,
  );
  const open = `<!-- figures: step -->\n${prose}\n<!-- figures: other -->\n<!-- end of figures -->`;
  expect(() => insertSections(open, figuresOf)).toThrow('figures of step, in line 1, has no end');
  expect(() => insertSections(`${place}\n${place}`, figuresOf)).toThrow(
    'two places for the figures of step, in lines 1 and 4',
  );
});

test('a page keeps the line ends that it has, also in its tables', () => {
  const figuresOf = new Map([['step', '| a |\n|---|\n| 1 |']]);
  const page = (...table: string[]) =>
    ['# Page', '<!-- figures: step -->', ...table, '<!-- end of figures -->', ''].join('\r\n');
  expect(insertSections(page('old'), figuresOf)).toBe(page('', '| a |', '|---|', '| 1 |', ''));
});

test('a page without a place for a table is refused, by name', () => {
  expect(() => insertSections('# Page', new Map([['step', 'table']]))).toThrow('no place for the figures of step');
});
