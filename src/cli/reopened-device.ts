import { type Device, type DeviceChoice, type DevicePreference, deviceLossOf } from '../device/index.ts';
import type { NodeDeviceOptions } from '../node/index.ts';
import { createConfiguredRun } from '../run/run.ts';
import type { Context } from './context.ts';
import { asSentence, UsageError } from './errors.ts';
import { readUnfinishedRun } from './run-files.ts';
import { runFiles } from './run-folder.ts';
import { readHistory } from './run-history.ts';
import { type TrainingRun, writeFile } from './run-results.ts';
import { formatCount } from './text.ts';

/** How many times in a row a device may be lost without a checkpoint in between before the run is given up. */
const maxLosses = 3;

/**
 * Opens the device of a run. Throws a UsageError if it is no cpu device, where the run's products of matrices have fused
 * multiply-adds.
 */
export async function openAsked(
  openDevice: Context['openDevice'],
  preference: DevicePreference,
  options: NodeDeviceOptions,
): Promise<DeviceChoice> {
  const choice = await openDevice(preference, options);
  const { kind } = choice.device;
  if (!options.fusedMultiplyAdd || kind === 'cpu') return choice;
  choice.device.destroy();
  throw new UsageError(
    `The run has fused multiply-adds (--fused-multiply-add), which only the cpu device has, and this is ${kind}, ` +
      `because ${choice.why}. Give --device cpu, or train without them.`,
  );
}

/** Opens a device for some work, which may have it reopened, and closes the current one at the end. */
export async function withDevice<Result>(
  { openDevice }: Pick<Context, 'openDevice'>,
  { preference, ...options }: NodeDeviceOptions & { readonly preference: DevicePreference },
  work: (choice: DeviceChoice, reopen: () => Promise<Device>) => Promise<Result>,
): Promise<Result> {
  const first = await openAsked(openDevice, preference, options);
  let open: Device | undefined = first.device;
  const close = () => {
    open?.destroy();
    open = undefined;
  };
  const reopen = async () => {
    close();
    // The same kind, so that numbers stay the same.
    const kind = first.device.kind === 'reference' ? preference : first.device.kind;
    open = (await openDevice(kind, options)).device;
    return open;
  };
  try {
    return await work(first, reopen);
  } finally {
    close();
  }
}

/**
 * Continues a run that failed because its device was lost: on a newly opened device from the last checkpoint, so that
 * it ends as it would have without the loss. Undefined if it failed for another reason, was ended by the program
 * itself, or has lost its device too often. Throws if no device can be opened or its files cannot be read.
 */
export async function reopenedRun(
  run: TrainingRun,
  error: unknown,
  say: (text: string) => void,
): Promise<TrainingRun | undefined> {
  const { training: lost, folder } = run;
  const loss = deviceLossOf(error);
  if (loss === undefined || loss.reason === 'destroyed') return undefined;
  const found = await readUnfinishedRun(folder.path);
  const snapshot = 'snapshot' in found ? found.snapshot : undefined;
  const step = snapshot?.step ?? 0;
  const times = run.losses?.step === step ? run.losses.times + 1 : 1;
  if (times > maxLosses) return undefined;
  const from = snapshot === undefined ? 'its beginning' : `the checkpoint after iteration ${formatCount(step)}`;
  say(`${asSentence(loss.message)} The run continues from ${from}, on a newly opened device.`);
  const { config, problem } = lost;
  const device = await run.reopen();
  const training = await createConfiguredRun(device, config, problem, snapshot ? { from: snapshot } : run.start);
  const history = await readHistory(folder.path, config, snapshot);
  await writeFile(folder, runFiles.metrics, history.text);
  const { resumed: _, ...rest } = run;
  return { ...rest, device, training, losses: { step, times }, ...(snapshot ? { resumed: { step, history } } : {}) };
}
