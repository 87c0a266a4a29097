import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flowtape } from '../cli/command-line.ts';
import { commandDevices } from '../cli/devices.ts';
import { long, parameters } from './outside.ts';

let folder: string;
const before = process.cwd();
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowtape-arguments-'));
  process.chdir(mkdtempSync(join(folder, 'here-')));
});
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

const words = [
  ...['train', 'eval', 'sample', 'reproduce', 'data', 'doctor', 'list', 'fetch', 'where', 'verify'],
  ...[
    'hypergrid',
    'bit-sequence',
    'tfbind8',
    'seh',
    'molecules',
    'ent-ppo',
    'tb',
    'cpu',
    'webgpu',
    'auto',
    'paper',
    'easy',
  ],
  ...[
    '--objective',
    '--device',
    '--threads',
    '--steps',
    '--batch',
    '--seed',
    '--preset',
    '--evaluate-every',
    '--verbose',
  ],
  ...[
    '--side',
    '--dimension',
    '--reward',
    '--length',
    '--learning-rate',
    '--huber',
    '--data',
    '--policy',
    '--run',
    '-n',
    '--json',
  ],
  ...['--methods', '--seeds', '--budget', '--against', '--from', '--help', '--version', '--debug', '--', '-', '-x'],
  ...[
    '0',
    '1',
    '2',
    '-1',
    '1e3',
    '0x10',
    '1.5',
    'NaN',
    'Infinity',
    '',
    ' ',
    '٣',
    '__proto__',
    'constructor',
    'toString',
  ],
];

/** Every word but names of folders, which have a place of their own: what is written must stay in it. */
const word = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...words) },
  { weight: 1, arbitrary: fc.string({ maxLength: 8 }).filter((text) => !text.includes('/')) },
);

test('any command line ends with an exit code, and with one sentence where it is refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 7 }), async (given) => {
      // What --data fetch would do goes out into the network.
      fc.pre(!given.includes('fetch') && given.join('') !== '');
      const devices = commandDevices();
      const short = given[0] === 'train' ? ['--steps', '2', '--batch', '2', '--network-hidden', '8'] : [];
      const { code, stderr } = await flowtape([...given, ...short], devices);
      expect([0, 1, 2]).toContain(code);
      if (code !== 0) expect(stderr).toMatch(/^flowtape: /m);
      expect(stderr).not.toMatch(/TypeError|RangeError|is not a function|not iterable|undefined|\[object/);
      expect(devices.open()).toBe(0);
    }),
    { ...parameters, numRuns: 600 },
  );
  // Runs and nothing else, and beside the folder that they were made in nothing at all.
  expect(readdirSync(folder)).toHaveLength(1);
  for (const name of readdirSync('.')) expect(['runs']).toContain(name);
});

test('a long word is refused, in no more time than reading it takes', async () => {
  for (const given of [
    ['train', long('hypergrid')],
    ['train', 'hypergrid', '--objective', long('tb')],
    ['train', 'hypergrid', '--side', long('9')],
    ['train', 'hypergrid', '--learning-rate', long('1e')],
    ['eval', 'hypergrid', '--policy', long('u')],
    ['sample', '--run', long('x')],
    [long('train')],
    ['train', 'hypergrid', `--${long('x')}`],
  ]) {
    expect((await flowtape(given)).code).toBe(2);
  }
});

test('a message that repeats its input gives no control characters to a terminal', async () => {
  const { stderr } = await flowtape(['train', '\u001b]0;title\u0007\u001b[2Jhyper\u009b31m']);
  expect(stderr).toMatch(/no problem "\\u001b\]0;title\\u0007/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});
