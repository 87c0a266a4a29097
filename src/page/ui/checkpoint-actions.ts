import type { RunConfig } from '../../run/run-config.ts';
import { fileNameOf, largestCheckpoint, readHead } from './checkpoint.ts';
import { copyText } from './dialog.ts';
import { byId } from './dom.ts';
import { createFileInput, download } from './files.ts';
import { addressOf } from './share.ts';
import type { Toasts } from './toasts.ts';
import { grouped, sentence } from './words.ts';

export interface CheckpointActions {
  configs(): readonly RunConfig[];
  save(): Promise<Uint8Array>;
  /** Continues from a checkpoint that has been checked. @param text the message beside the button to undo it */
  continueRun(config: RunConfig, checkpoint: Uint8Array, text: string): void;
}

/** Sharing by address, saving to a file, and loading from one. */
export function createCheckpointButtons(actions: CheckpointActions, toasts: Toasts): void {
  byId('share').addEventListener('click', () => {
    const { origin, pathname } = location;
    const address = `${origin}${pathname}#${addressOf(actions.configs())}`;
    void copyText(address, 'Address of this run', () =>
      toasts.say('The address of this run is copied: its configuration and seed.'),
    );
  });
  byId('save').addEventListener('click', async () => {
    try {
      const bytes = await actions.save();
      const { config, step } = readHead(bytes);
      download(bytes, fileNameOf(config, step));
      const which = actions.configs().length > 1 ? 'The left run' : 'The run';
      toasts.say(`${which} is saved as it was at iteration ${grouped(step)}.`);
    } catch (error) {
      toasts.say(`The run cannot be saved. ${sentence(error)}`, { bad: true });
    }
  });
  const files = createFileInput(async (file) => {
    try {
      if (file.size > largestCheckpoint) throw new Error('It is larger than any that a page writes.');
      const bytes = new Uint8Array(await file.arrayBuffer());
      const { config, step } = readHead(bytes);
      const text = `Going on from iteration ${grouped(step)} of ${file.name}.`;
      toasts.say(text);
      actions.continueRun(config, bytes, text);
    } catch (error) {
      toasts.say(`${file.name} is not loaded, and the run here is as it was. ${sentence(error)}`, { bad: true });
    }
  });
  byId('load').addEventListener('click', files.choose);
}
