import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pageCatalogue } from '../../src/page/catalogue.ts';
import { defaultConfig } from '../../src/page/default-config.ts';
import { environmentOf, readState } from '../../src/page/ui/objects.ts';
import { reportText } from '../../src/page/ui/report-text.ts';
import { counterpart } from '../../src/page/ui/run-form.ts';
import { addressOf, isSameAddress, runsOfAddress } from '../../src/page/ui/share.ts';
import { createStore } from '../../src/page/ui/store.ts';
import { figure, grouped, nats, percent, size } from '../../src/page/ui/words.ts';

describe('numbers in words', () => {
  test('have as many digits as are useful', () => {
    expect([0, 0.12345, 0.00012, -0.000012, 1234.5].map(figure)).toEqual([
      ...['0', '0.123', '0.00012', '−1.2e−5', '1,235'],
    ]);
    expect([0, 0.5, 0.083, 0.0000123, 1e-10, 1].map(percent)).toEqual([
      '0 %',
      '50.0 %',
      '8.3 %',
      '0.0012 %',
      'under 0.000001 %',
      '100 %',
    ]);
    expect(percent(0.99999)).toBe('99.9 %');
    expect([-0.5, 0, 2].map(nats)).toEqual(['−0.500', '0', '+2.00']);
    expect(grouped(1234567)).toBe('1,234,567');
    expect([500, 2048, 6_600_000].map(size)).toEqual(['500 bytes', '2 KiB', '6.3 MiB']);
  });
});

describe('an address', () => {
  const first = { ...defaultConfig(), seed: 7 };

  test('stands for one run, or for two that are compared', () => {
    const second = counterpart(pageCatalogue, first, 'tb');
    expect(runsOfAddress(`#${addressOf([first])}`)).toEqual({ configs: [first] });
    expect(runsOfAddress(`#${addressOf([first, second])}`)).toEqual({ configs: [first, second] });
    expect(runsOfAddress('')).toEqual({ configs: [defaultConfig()] });
  });

  test('is the same for the same runs, whatever it leaves out', () => {
    expect(isSameAddress('#', [{ config: defaultConfig() }])).toBe(true);
    expect(isSameAddress('#seed=7', [{ config: first }])).toBe(true);
    expect(isSameAddress('#seed=8', [{ config: first }])).toBe(false);
    expect(isSameAddress('#seed=wrong', [{ config: defaultConfig() }])).toBe(false);
  });

  test('that is wrong gives the first example with the reason', () => {
    const { configs, problem } = runsOfAddress('#side=many');
    expect(configs).toEqual([defaultConfig()]);
    expect(problem).toMatch(/side/);
    expect(runsOfAddress('#seed=1~seed=x').problem).toMatch(/seed/);
    expect(runsOfAddress('#~~').problem).toMatch(/two/);
  });

  test('of any text gives runs', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(runsOfAddress(`#${text}`).configs.length).toBeGreaterThan(0);
      }),
      { numRuns: 40 },
    );
  });
});

test('a state is read as the environment writes it, and an invalid one is explained', () => {
  const environment = environmentOf(defaultConfig());
  if (!environment) throw new Error('the page does not know its own environment');
  expect(readState(environment, '(3, 4)')).toEqual({ state: [3, 4, 0] });
  expect(readState(environment, '(3, 99)')).toHaveProperty('problem');
});

test.each(pageCatalogue.problems.map(({ name }) => name))('the page knows the states of %s', (name) => {
  expect(environmentOf(defaultConfig(name))?.stateSize).toBeGreaterThan(0);
});

test('a report of the self-check lists failures first', () => {
  const text = reportText({
    device: 'a GPU',
    browser: 'a browser',
    version: '1.2.3',
    checks: [
      { name: 'dense', passed: true, error: 1e-7, tolerance: 1e-5 },
      { name: 'softmax', passed: false, error: 0.5, tolerance: 1e-5, problem: 'row 3' },
    ],
  });
  expect(text).toContain('flowtape 1.2.3, self-check: 1 passed, 1 failed');
  expect(text.indexOf('softmax')).toBeLessThan(text.indexOf('dense'));
  expect(text).toContain('row 3');
});

describe('the store', () => {
  test('draws once a frame, and only what changed', () => {
    let frame = () => {};
    let frames = 0;
    const store = createStore({ left: 1, right: 1 }, (draw) => {
      frames++;
      frame = draw;
    });
    const drawn: string[] = [];
    store.watch(
      ({ left }) => [left],
      ([left]) => drawn.push(`left ${left}`),
    );
    store.watch(
      ({ right }) => [right],
      ([right]) => drawn.push(`right ${right}`),
    );
    frame();
    expect(drawn).toEqual(['left 1', 'right 1']);
    store.set({ left: 2 });
    store.set({ left: 3 });
    expect(frames).toBe(2);
    frame();
    expect(drawn.slice(2)).toEqual(['left 3']);
    store.set({ left: 3 });
    frame();
    expect(drawn.length).toBe(3);
    const effects: string[] = [];
    store.react(
      ({ left }) => [left],
      ([left]) => effects.push(`left ${left}`),
    );
    store.redraw();
    frame();
    expect(drawn.slice(3)).toEqual(['left 3', 'right 1']);
    // What is not drawing happens when something has changed, and not when it is drawn anew.
    store.redraw();
    frame();
    store.set({ left: 4 });
    frame();
    expect(effects).toEqual(['left 3', 'left 4']);
  });
});
