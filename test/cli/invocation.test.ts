import { describe, expect, test } from 'vitest';
import { asSentence } from '../../src/cli/errors.ts';
import { commandLine, commandOf, type Start } from '../../src/cli/invocation.ts';

const started = (start: Partial<Start>): string =>
  commandOf({
    ...{ file: '/work/flowtape/dist/cli.js', runtime: '/usr/bin/node', folder: '/work/flowtape' },
    ...{ env: { PATH: '/usr/bin:/usr/local/bin' }, platform: 'linux' },
    ...start,
  });

describe('hints name the program by the command that started it', () => {
  test.each<[string, Partial<Start>, string]>([
    ['by node', {}, 'node dist/cli.js'],
    ['by node, in the folder of the program', { folder: '/work/flowtape/dist' }, 'node ./cli.js'],
    ['by node, elsewhere', { folder: '/home' }, 'node /work/flowtape/dist/cli.js'],
    ['by node, in a folder with a blank', { folder: '/home', file: '/my work/cli.js' }, "node '/my work/cli.js'"],
    ['by another runtime', { runtime: '/opt/bun' }, 'bun dist/cli.js'],
    ['by Deno', { runtime: '/opt/deno' }, 'deno run -A dist/cli.js'],
    ['by whatever schedules commands', { folder: undefined }, 'node /work/flowtape/dist/cli.js'],
    [
      'by a scheduler, of commands that npm start printed',
      { folder: undefined, env: { npm_lifecycle_event: 'start', npm_package_name: 'flowtape' } },
      'node /work/flowtape/dist/cli.js',
    ],
    ['npm start', { env: { npm_lifecycle_event: 'start', npm_package_name: 'flowtape' } }, 'npm start --'],
    [
      'npx',
      { file: '/app/node_modules/.bin/flowtape', env: { npm_command: 'exec', npm_lifecycle_event: 'npx' } },
      'npx flowtape',
    ],
    [
      "by another package's script",
      {
        file: '/app/node_modules/.bin/flowtape',
        env: { npm_command: 'run-script', npm_lifecycle_event: 'start', npm_package_name: 'app' },
      },
      'npx flowtape',
    ],
    ['installed', { file: '/usr/local/bin/flowtape' }, 'flowtape'],
    ['installed, but not on the PATH', { file: '/opt/bin/flowtape' }, '/opt/bin/flowtape'],
    ['as part of another program', { file: '/work/flowtape/node_modules/vitest/vitest.mjs' }, 'flowtape'],
  ])('%s', (_, start, expected) => expect(started(start)).toBe(expected));
});

test('a text is turned into a sentence, except a final command, which stays ready to paste', () => {
  expect(asSentence('no space is left')).toBe('no space is left.');
  expect(asSentence('Is it?')).toBe('Is it?');
  const told = `no space is left. To resume from there: ${commandLine('train --resume runs/1')}`;
  expect(asSentence(told)).toBe(told);
});
