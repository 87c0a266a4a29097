/** The worker of the molecules' figure: it trains, and regularly shows how molecules grow. */
import { openDevice } from '../../device/index.ts';
import { messageOf } from '../../text/message-of.ts';
import { nextTask } from '../../train/next-task.ts';
import type { MoleculeCommand, MoleculeMessage } from './protocol.ts';
import { openMolecules } from './training.ts';

/** Milliseconds between two batches of growing molecules, and of training between two checks for messages. */
const [growEvery, slice] = [2500, 60];
const shown = 8;

const post = (message: MoleculeMessage) => postMessage(message);
let isPaused = false;
let wake = () => {};

async function live(checkpoint: Uint8Array | undefined): Promise<void> {
  // The cpu device: graphs of seven atoms do not occupy a GPU.
  const { device } = await openDevice('cpu');
  const { run, grow } = await openMolecules(device, checkpoint);
  post({ kind: 'opened', step: run.iteration, parameters: run.parameters });
  let grown = Number.NEGATIVE_INFINITY;
  for (;;) {
    if (performance.now() - grown > growEvery) {
      grown = performance.now();
      post({ kind: 'grown', step: run.iteration, growths: await grow(shown) });
    }
    const begun = performance.now();
    let last = { step: run.iteration, diagnostics: {} as Readonly<Record<string, number>> };
    while (performance.now() - begun < slice) last = await run.step();
    const { loss = 0, logPartition = 0 } = last.diagnostics;
    post({ kind: 'progress', step: last.step, trajectories: last.step * run.config.batch, loss, logPartition });
    await nextTask();
    while (isPaused) await new Promise<void>((resolve) => (wake = resolve));
  }
}

addEventListener('message', ({ data }: MessageEvent<MoleculeCommand>) => {
  switch (data.kind) {
    case 'open':
      live(data.checkpoint).catch((error) => post({ kind: 'failure', problem: messageOf(error) }));
      return;
    case 'pause':
      isPaused = true;
      return;
    case 'resume':
      isPaused = false;
      wake();
  }
});
