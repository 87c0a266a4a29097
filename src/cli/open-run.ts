import { DeviceLimitError, smallerAdvice } from '../device/errors.ts';
import type { DeviceChoice } from '../device/index.ts';
import { isDeferred } from '../environment/environment.ts';
import { type ConfiguredRunOptions, createConfiguredRun, type Run } from '../run/run.ts';
import type { RunConfig } from '../run/run-config.ts';
import { claimRun } from './claim.ts';
import type { Context } from './context.ts';
import type { OpenedProblem } from './data/folder.ts';
import { UsageError } from './errors.ts';
import type { FollowOptions } from './follow/options.ts';
import { withDevice } from './reopened-device.ts';
import { type RewardChoice, withRewardCommand } from './reward-command.ts';
import type { RunStart, TrainingRun } from './run-results.ts';
import { writeLine } from './terminal.ts';
import { trainInFolder } from './training-run.ts';

/** A run to be trained in a folder, new or gone on with. */
export interface RunToOpen {
  readonly config: RunConfig;
  readonly problem: OpenedProblem;
  /** The folder. */
  readonly path: string;
  readonly threads: number | undefined;
  readonly verbose: boolean;
  /** A program that rewards objects in place of the problem's own reward. */
  readonly reward: RewardChoice | undefined;
  readonly follow: FollowOptions | undefined;
  /** What a new run begins with beside its settings. */
  readonly start?: RunStart | undefined;
  /** The state that a run goes on from. */
  readonly from?: ConfiguredRunOptions['from'];
}

/** The run on its device, before its folder is written to. */
export interface MadeRun {
  readonly training: Run;
  readonly choice: DeviceChoice;
  /** Prints which device the run is on and why, and what rewards its objects. */
  describe(why: string): Promise<void>;
}

/**
 * Opens a device, makes the run there, claims its folder, and trains. All that can be refused is refused before the folder
 * is claimed. Reward program, claim and device are given back, whatever happens. Returns the exit code.
 * Throws a UsageError where the run is refused.
 *
 * @param begin tells about the run and prepares its folder; gives an exit code instead where nothing is to be trained
 */
export async function trainOpened(
  context: Context,
  { config, problem: own, path, threads, verbose, reward, follow, start, from }: RunToOpen,
  begin: (made: MadeRun) => Promise<Pick<TrainingRun, 'folder' | 'resumed'> | number>,
): Promise<number> {
  const outside = reward && withRewardCommand(own, reward, path);
  const opened = outside ?? own;
  const { stdout } = context.terminal;
  try {
    return await withDevice(context, { preference: config.device, threads }, async (choice, reopen) => {
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
        return await trainInFolder({ context, opened, device, training, verbose, follow, start, reopen, ...begun });
      } finally {
        await release();
      }
    });
  } finally {
    outside?.outside.close();
  }
}

/** What the library or the device refuses to make of a configuration, as a UsageError; other failures as they are. */
function refusalOf({ batch }: RunConfig): (error: unknown) => never {
  return (error) => {
    if (error instanceof DeviceLimitError) {
      const why = error.message.replace(smallerAdvice, '').trim();
      throw new UsageError(
        `--batch ${batch} with these networks is more than the device holds: ${why} Give a smaller --batch, narrower ` +
          'networks (--network-hidden), or another --device.',
        { cause: error },
      );
    }
    if (error instanceof Error && error.constructor === Error) throw new UsageError(error.message, { cause: error });
    throw error;
  };
}
