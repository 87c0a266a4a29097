import type { Command } from 'commander';
import type { Chemistry } from '../chemistry/chemistry.ts';
import type { openNodeDevice } from '../node/index.ts';
import type { Terminal } from './terminal.ts';

/** What every command works with. */
export interface Context {
  readonly terminal: Terminal;
  /** Throws if the requested device is missing, and says what it needs. */
  readonly openDevice: typeof openNodeDevice;
  /** Throws if there is no chemistry package, and says how to install one. */
  readonly openChemistry: () => Promise<Chemistry>;
  /** The version of flowtape. */
  readonly version: string;
  /** Set by commands that end badly without throwing. */
  exitCode: number;
}

/** Adds the options that every command has. */
export function addCommonOptions(command: Command): Command {
  return command
    .option('--debug', 'on an error, print the stack trace')
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError(false);
}
