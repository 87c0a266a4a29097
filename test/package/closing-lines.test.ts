import { expect, test } from 'vitest';
import { closingLines } from '../../scripts/test/closing-lines.mjs';

test('a test run ends with a list of what was not run, and one line of counts', () => {
  expect(closingLines({ passed: 3, failed: 0, skipped: [] }, 0)).toEqual(['3 passed, 0 failed']);
  const skipped = [
    { name: 'a.test.ts > one', reason: 'needs data' },
    { name: 'a.test.ts > two', reason: '' },
  ];
  expect(closingLines({ passed: 3, failed: 1, skipped }, 1)).toEqual([
    'skipped: a.test.ts > one (needs data)',
    'skipped: 1 more (left out by -t)',
    '3 passed, 1 failed, 2 skipped',
  ]);
});

test('a run that was cut short, or failed outside of every test, counts as failed', () => {
  expect(closingLines(undefined, null)).toEqual(['0 passed, 1 failed']);
  expect(closingLines({ passed: 3, failed: 0, skipped: [] }, 1)).toEqual(['3 passed, 1 failed']);
});
