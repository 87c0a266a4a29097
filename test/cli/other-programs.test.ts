import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { watchOtherPrograms } from '../../src/cli/other-programs.ts';

test('a program beside this one is noticed', async () => {
  const others = watchOtherPrograms();
  const child = spawn(process.execPath, ['-e', 'const end = Date.now() + 1000; while (Date.now() < end);']);
  expect(await once(child, 'exit')).toEqual([0, null]);
  // A second of work in little more, unless the machine is busy, which is then noticed all the same.
  expect(others()).toBeGreaterThan(0.3);
});

test('this program is not taken for another', async () => {
  // A program that begins in between can spoil a comparison, but not all of ten.
  for (let tries = 0; tries < 10; tries++) {
    const idle = watchOtherPrograms();
    await setTimeout(200);
    const before = idle();
    const working = watchOtherPrograms();
    const until = performance.now() + 200;
    while (performance.now() < until);
    // If its own core were counted, there would be one more.
    if ((working() ?? 0) - (before ?? 0) < 0.5) return;
  }
  expect.unreachable('The work of this program was counted as that of others.');
});
