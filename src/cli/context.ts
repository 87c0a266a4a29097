import type { Command } from 'commander';
import type { Chemistry } from '../chemistry/chemistry.ts';
import type { openNodeDevice } from '../node/index.ts';
import type { ProgressDisplay } from './progress.ts';
import type { Terminal } from './terminal.ts';
import type { WorkerPort } from './trial-messages.ts';

/** What every command works with. */
export interface Context {
  readonly terminal: Terminal;
  /** Throws if the requested device is missing, and says what it needs. */
  readonly openDevice: typeof openNodeDevice;
  /** Throws if there is no chemistry package, and says how to install one. */
  readonly openChemistry: () => Promise<Chemistry>;
  /** Starts a worker that trains runs of several seeds (see `serveTrials`); without it they train one after another. */
  readonly startTrialWorker?: (() => WorkerPort) | undefined;
  /** The display of a run's progress; by default on the terminal's standard output. */
  readonly display?: ((steps: number) => Promise<ProgressDisplay>) | undefined;
  /** Whether other runs train in this process, so that its processor time is not one run's. */
  readonly sharesProcess?: boolean | undefined;
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
