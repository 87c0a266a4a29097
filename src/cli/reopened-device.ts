import { type DevicePreference, deviceLossOf } from '../device/index.ts';
import type { Engine, EngineDevice } from './engine.ts';
import { asSentence } from './errors.ts';
import { readUnfinishedRun } from './run-files.ts';
import { runFiles } from './run-folder.ts';
import { readHistory } from './run-history.ts';
import { type TrainingRun, writeFile } from './run-results.ts';
import { formatCount } from './text.ts';

/** How often in a row a run's device may be lost without a checkpoint in between, before the run is given up. */
const maxLosses = 3;

/** Opens a device for the time of some work, which may have it opened anew. Whichever is open in the end is closed. */
export async function withDevice<Result>(
  engine: Engine,
  { preference, threads }: { readonly preference: DevicePreference; readonly threads?: number | undefined },
  work: (device: EngineDevice, reopen: () => Promise<EngineDevice>) => Promise<Result>,
): Promise<Result> {
  const first = await engine.openDevice(preference, threads);
  let open: EngineDevice | undefined = first;
  const close = () => {
    open?.close();
    open = undefined;
  };
  const reopen = async () => {
    close();
    // The same kind, which makes the same numbers.
    open = await engine.openDevice(first.kind, threads);
    return open;
  };
  try {
    return await work(first, reopen);
  } finally {
    close();
  }
}

/**
 * A run that failed because its device was lost, on a device opened anew and back at its last checkpoint: it ends there as it
 * would have, had the device stayed. Undefined where it failed of something else, was ended by the program itself, or has
 * lost its device too often. Throws where no device can be opened, or what was written cannot be read.
 */
export async function reopenedRun(
  run: TrainingRun,
  error: unknown,
  say: (text: string) => void,
): Promise<TrainingRun | undefined> {
  const { context, config, opened, folder } = run;
  const loss = deviceLossOf(error);
  if (loss === undefined || loss.reason === 'destroyed') return undefined;
  const found = await readUnfinishedRun(context.engine, folder.path);
  const snapshot = 'snapshot' in found ? found.snapshot : undefined;
  const step = snapshot?.step ?? 0;
  const times = run.losses?.step === step ? run.losses.times + 1 : 1;
  if (times > maxLosses) return undefined;
  const from = snapshot === undefined ? 'its beginning' : `the checkpoint after iteration ${formatCount(step)}`;
  say(`${asSentence(loss.message)} The run goes on from ${from}, on a device opened anew.`);
  const device = await run.reopen();
  const training = await device.train(config, opened.problem, snapshot);
  const history = await readHistory(folder.path, config, snapshot);
  await writeFile(folder, runFiles.metrics, history.text);
  const { resumed: _, ...rest } = run;
  return { ...rest, device, training, losses: { step, times }, ...(snapshot ? { resumed: { step, history } } : {}) };
}
