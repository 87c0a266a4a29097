import { PassThrough } from 'node:stream';
import type { Context } from '../../src/cli/context.ts';
import { runCommandLine } from '../../src/cli/program.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { type CommandDevices, commandDevices } from './devices.ts';

export interface FakeTerminal extends Terminal {
  readonly written: () => { stdout: string; stderr: string };
  /** Asks the program to end, as Ctrl-C does. */
  readonly interrupt: (signal: number) => void;
  readonly listeners: () => number;
}

export function fakeTerminal(): FakeTerminal {
  const listeners = new Set<(signal: number) => void>();
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const texts = { stdout: '', stderr: '' };
  stdout.on('data', (chunk) => {
    texts.stdout += chunk;
  });
  stderr.on('data', (chunk) => {
    texts.stderr += chunk;
  });
  return {
    stdout,
    stderr,
    written: () => texts,
    listeners: () => listeners.size,
    interrupt: (signal) => {
      for (const listener of listeners) listener(signal);
    },
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** What commands of a test work with: a terminal of their own, and chemistry that is not there unless given. */
export function testContext({
  devices = commandDevices(),
  terminal = fakeTerminal(),
  openChemistry = noChemistry,
  startTrialWorker,
}: {
  readonly devices?: Pick<CommandDevices, 'openDevice'> | undefined;
  readonly terminal?: Terminal | undefined;
  readonly openChemistry?: Context['openChemistry'] | undefined;
  readonly startTrialWorker?: Context['startTrialWorker'];
} = {}): Context {
  const { openDevice } = devices;
  return { terminal, version: '1.2.3', openDevice, openChemistry, startTrialWorker, exitCode: 0 };
}

async function noChemistry(): Promise<never> {
  throw new Error('There is no chemistry in this test.');
}

/** Runs a command line: its exit code and what it wrote. */
export async function flowtape(
  words: readonly string[],
  devices?: Pick<CommandDevices, 'openDevice'>,
  {
    terminal = fakeTerminal(),
    openChemistry,
    startTrialWorker,
  }: {
    terminal?: FakeTerminal;
    openChemistry?: Context['openChemistry'];
    startTrialWorker?: Context['startTrialWorker'];
  } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const code = await runCommandLine(words, testContext({ devices, terminal, openChemistry, startTrialWorker }));
  // What was written last is read in the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  return { code, ...terminal.written() };
}

/** Settings of a run of a moment: 8 iterations of 4 trajectories on 9 cells, evaluated after 0, 3, 6 and 8. */
export const small = [
  ...[
    '--side',
    '3',
    '--steps',
    '8',
    '--batch',
    '4',
    '--evaluate-every',
    '3',
    '--network-hidden',
    '8',
    '--device',
    'cpu',
  ],
] as const;
