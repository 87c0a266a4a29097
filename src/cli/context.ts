import type { Command } from 'commander';
import type { Chemistry } from '../chemistry/chemistry.ts';
import type { openNodeDevice } from '../node/index.ts';
import type { Terminal } from './terminal.ts';

/** What every command works with. */
export interface Context {
  readonly terminal: Terminal;
  /** Throws where the device asked for is not there, saying what is missing. */
  readonly openDevice: typeof openNodeDevice;
  /** Throws where there is no chemistry package, saying how to have one. */
  readonly openChemistry: () => Promise<Chemistry>;
  /** The version of flowtape. */
  readonly version: string;
  /** Commands set it where they end otherwise than well without an error. */
  exitCode: number;
}

/** The options that every command has. */
export function addCommonOptions(command: Command): Command {
  return command
    .option('--debug', 'on an error, print the stack trace')
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError(false);
}
