import { expect, test } from 'vitest';
import { atMostEvery } from '../../src/page/ui/at-most-every.ts';

/** A clock that only moves when told to. */
function clock() {
  let time = 0;
  let waiting: { at: number; then: () => void }[] = [];
  return {
    now: () => time,
    wait: (then: () => void, milliseconds: number) => void waiting.push({ at: time + milliseconds, then }),
    to(next: number) {
      time = next;
      const due = waiting.filter(({ at }) => at <= time);
      waiting = waiting.filter(({ at }) => at > time);
      for (const { then } of due) then();
    },
  };
}

test('a call that comes too early is made up for, once, and sees what is so by then', () => {
  const { now, wait, to } = clock();
  let state = '';
  const shown: string[] = [];
  const show = atMostEvery(500, () => shown.push(`${now()} ${state}`), wait, now);
  for (const [time, next] of [
    [0, 'opened'],
    [20, 'distribution'],
    [30, 'walks'],
  ] as const) {
    to(time);
    state = next;
    show();
  }
  expect(shown).toEqual(['0 opened']);
  to(499);
  expect(shown.length).toBe(1);
  to(500);
  expect(shown).toEqual(['0 opened', '500 walks']);
  to(5000);
  expect(shown.length).toBe(2);
});

test('an urgent call comes at once, and counts', () => {
  const { now, wait, to } = clock();
  const shown: number[] = [];
  const show = atMostEvery(500, () => shown.push(now()), wait, now);
  show();
  to(100);
  show(true);
  to(400);
  show();
  to(600);
  expect(shown).toEqual([0, 100, 600]);
});
