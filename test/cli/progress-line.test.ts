import { expect, test } from 'vitest';
import { progressLine } from '../../src/cli/progress-line.ts';

const words = {
  metric: 'total variation 0.0123',
  iteration: 'iteration 1,200/3,000',
  left: '12 s left',
  rate: '8,400 trajectories/s',
};

test('a line of progress shows the metric if there is room, and never exceeds the terminal', () => {
  for (let columns = 0; columns <= 120; columns++) {
    const line = progressLine(words, 0.4, columns);
    expect(line.length).toBeLessThanOrEqual(columns);
    expect(line.includes(words.metric)).toBe(columns >= words.metric.length);
  }
});

test('the bar is 20 characters wide if there is room, and shrinks before any word is dropped', () => {
  const all = `${words.metric}  ${words.iteration}  ${words.left}  ${words.rate}`;
  expect(progressLine(words, 0.4, 120)).toBe(`━━━━━━━━┄┄┄┄┄┄┄┄┄┄┄┄  ${all}`);
  expect(progressLine(words, 1, 85)).toBe(`${'━'.repeat(85 - all.length - 2)}  ${all}`);
  expect(progressLine(words, 0.4, all.length + 3)).toBe(all);
  expect(progressLine(words, 0.4, 46)).toBe(`${words.metric}  ${words.iteration}`);
  expect(progressLine(words, 0.5, 30)).toBe(`━━━┄┄┄  ${words.metric}`);
  // Where the name has no room, its figure has.
  expect(progressLine(words, 0.5, 12)).toBe('0.0123');
  expect(progressLine(words, 0.5, 20)).toBe('variation 0.0123');
  expect(progressLine(words, 0.5, 3)).toBe('0.0');
  expect(progressLine({ ...words, metric: '' }, 0, 27)).toBe(`┄┄┄┄  ${words.iteration}`);
});
