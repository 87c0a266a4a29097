import type { OriginalFile } from '../../data/pack.ts';
import type { OutputStream } from '../terminal.ts';

/** Shows the progress of a download. */
export interface DownloadDisplay {
  report(original: OriginalFile, place: string, received: number): void;
  /** Restores the terminal. */
  stop(): void;
}

/** A bar on a terminal; nothing elsewhere. */
export async function createDownloadDisplay(stream: OutputStream): Promise<DownloadDisplay> {
  if (!stream.isTTY) return { report() {}, stop() {} };
  const { SingleBar } = (await import('cli-progress')).default;
  const bar = new SingleBar({
    stream,
    format: '{bar} {percentage} %  {name}',
    barsize: 20,
    barCompleteChar: '━',
    barIncompleteChar: '┄',
    hideCursor: true,
    clearOnComplete: true,
    // Whoever requested the file handles Ctrl-C.
    gracefulExit: false,
  });
  let shown: OriginalFile | undefined;
  return {
    report(original, _place, received) {
      if (shown !== original) bar.start(original.size, received, { name: original.name });
      else bar.update(received);
      shown = original;
    },
    stop() {
      if (shown !== undefined) bar.stop();
      shown = undefined;
    },
  };
}
