import { describe, expect, test } from 'vitest';
import { bounds, driftsOf, isWithin } from '../../bench/soak/judge.ts';
import type { Look } from '../../bench/soak/look.ts';
import { markdownSection, type SoakFigures } from '../../bench/soak/table.ts';

const mebibyte = 2 ** 20;
const look = (minute: number, change: Partial<Look> = {}): Look => ({
  ...{ minute, resident: 200 * mebibyte, heap: 10 * mebibyte, external: 2 * mebibyte, wasm: 7 * mebibyte },
  ...{ reserved: 7 * mebibyte, rate: 50, runs: minute * 3 },
  ...change,
});
const hour = (change: (minute: number) => Partial<Look>) =>
  Array.from({ length: 60 }, (_, i) => look(i + 1, change(i + 1)));
const grown = (looks: readonly Look[]) =>
  driftsOf(looks)
    .filter((drift) => !isWithin(drift))
    .map(({ quantity }) => quantity);

describe('the verdict on a soak', () => {
  test('is good if nothing grows, or something grows only once', () => {
    expect(grown(hour(() => ({})))).toEqual([]);
    expect(grown(hour((minute) => ({ resident: (minute < 5 ? 150 : 200) * mebibyte })))).toEqual([]);
    // One look at a bad moment, at the end too, is no growth.
    expect(grown(hour((minute) => ({ heap: (minute === 60 ? 90 : 10) * mebibyte })))).toEqual([]);
  });

  test('counts from the second time that everything was done', () => {
    expect(grown(hour((minute) => ({ runs: minute, resident: (minute < 6 ? 100 : 200) * mebibyte })))).toEqual([]);
    const looks = hour((minute) => ({ runs: minute, resident: (minute < 6 ? 100 : 200) * mebibyte })).slice(0, 12);
    expect(grown(looks)).toEqual([]);
    // Where it was never done twice, there is nothing better than all looks.
    expect(grown(looks.map((each) => ({ ...each, runs: 1 })))).toEqual(['resident']);
  });

  test.each([
    ['resident', 1.5 * mebibyte],
    ['heap', 0.2 * mebibyte],
    ['external', 0.2 * mebibyte],
    ['wasm', 0.25 * mebibyte],
    ['reserved', 1],
  ] as const)('badly where %s grows minute by minute', (quantity, bytes) => {
    const looks = hour((minute) => ({ [quantity]: look(0)[quantity] + minute * bytes }));
    expect(grown(looks)).toEqual([quantity]);
  });

  test('has a bound for every quantity that is recorded', () => {
    const { minute: _, rate: __, runs: ___, ...quantities } = look(0);
    expect(Object.keys(bounds).sort()).toEqual(Object.keys(quantities).sort());
    expect(() => driftsOf([])).toThrow(/no look to judge/);
  });
});

test('the page of a soak names what grew, and why a run failed', () => {
  const machine = { processor: 'a processor', cores: 2, gibibytes: 8, system: 'a system', node: 'v20.0.0' };
  const figures: SoakFigures = {
    ...{ date: '2026-01-01T00:00:00Z', machine, command: 'npm run soak', place: 'cpu', note: 'A note.' },
    looks: hour((minute) => ({ resident: (200 + 2 * minute) * mebibyte })),
    problem: 'soak: the long run ended.',
  };
  const page = markdownSection(figures);
  expect(page).toContain('A note.');
  expect(page).toContain('soak: the long run ended.');
  expect(page).toMatch(/\| process, MiB \| 214\.0 \| 310\.0 \| 267\.4 \| GREW \|/);
  expect(page).toMatch(/\| JavaScript heap, MiB \| 10\.0 \| 10\.0 \| 15\.0 \| within \|/);
  expect(page.match(/^\| \d/gm)).toHaveLength(11);
});
