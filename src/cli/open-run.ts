import { DeviceLimitError, smallerAdvice } from '../device/errors.ts';
import type { DeviceChoice } from '../device/index.ts';
import { isDeferred } from '../environment/environment.ts';
import { type ConfiguredRunOptions, createConfiguredRun, type Run } from '../run/run.ts';
import type { RunConfig } from '../run/run-config.ts';
import { claimRun } from './claim.ts';
import type { Context } from './context.ts';
import type { OpenedProblem } from './data/folder.ts';
import { RefusedRun } from './errors.ts';
import type { FollowOptions } from './follow/options.ts';
import { withDevice } from './reopened-device.ts';
import { withRewardCommand } from './reward-command.ts';
import type { RewardChoice } from './reward-record.ts';
import type { RunStart, TrainingRun } from './run-results.ts';
import { writeLine } from './terminal.ts';
import { trainInFolder } from './training-run.ts';

/** A run to train in a folder, new or resumed. */
export interface RunToOpen {
  readonly config: RunConfig;
  readonly problem: OpenedProblem;
  /** The folder. */
  readonly path: string;
  readonly threads: number | undefined;
  readonly verbose: boolean;
  /** The program that rewards objects instead of the problem's own reward. */
  readonly reward: RewardChoice | undefined;
  readonly follow: FollowOptions | undefined;
  /** What a new run starts from besides its settings. */
  readonly start?: RunStart | undefined;
  /** The state to resume from. */
  readonly from?: ConfiguredRunOptions['from'];
}

/** A run made on its device, before anything is written to its folder. */
export interface MadeRun {
  readonly training: Run;
  readonly choice: DeviceChoice;
  /** Prints the run's device, the reason for it, and what rewards objects. */
  describe(why: string): Promise<void>;
}

/**
 * Opens a device, makes the run, claims its folder, and trains. Everything that can be refused is refused before the
 * folder is claimed. Reward program, claim and device are released in any case. Returns the exit code. Throws a
 * UsageError if the run is refused.
 *
 * @param begin describes the run and prepares its folder; returns an exit code if there is nothing to train
 */
export async function trainOpened(
  context: Context,
  { config, problem: own, path, threads, verbose, reward, follow, start, from }: RunToOpen,
  begin: (made: MadeRun) => Promise<Pick<TrainingRun, 'folder' | 'resumed'> | number>,
): Promise<number> {
  const { stdout, stderr } = context.terminal;
  const tell = (text: string) => void writeLine(stderr, text);
  const outside = reward && withRewardCommand(own, reward, { folder: path, tell });
  const opened = outside ?? own;
  try {
    const { device: preference, fusedMultiplyAdd } = config;
    return await withDevice(context, { preference, threads, fusedMultiplyAdd }, async (choice, reopen) => {
      const { device } = choice;
      const training = await createConfiguredRun(device, config, opened.problem, { ...start, from }).catch(
        refusalOf(config),
      );
      const release = await claimRun(path);
      try {
        const begun = await begin({
          training,
          choice,
          async describe(why) {
            await writeLine(stdout, `device: ${device.kind}, ${device.description}, because ${why}`);
            if (isDeferred(opened.problem)) await writeLine(stdout, `reward: ${opened.problem.reward.name}`);
          },
        });
        if (typeof begun === 'number') return begun;
        const restarts = outside?.restarts;
        return await trainInFolder({
          ...{ context, opened, device, training, restarts, verbose, follow, start, reopen },
          ...begun,
        });
      } finally {
        await release();
      }
    });
  } finally {
    outside?.outside.close();
  }
}

/** Turns the refusal of a configuration by the library or the device into a RefusedRun, and passes other errors on. */
function refusalOf({ batch }: RunConfig): (error: unknown) => never {
  return (error) => {
    if (error instanceof DeviceLimitError) {
      const why = error.message.replace(smallerAdvice, '').trim();
      throw new RefusedRun(
        `--batch ${batch} with these networks is more than the device holds: ${why} Give a smaller --batch, narrower ` +
          'networks (--network-hidden), or another --device.',
        { cause: error },
      );
    }
    if (error instanceof Error && error.constructor === Error) throw new RefusedRun(error.message, { cause: error });
    throw error;
  };
}
