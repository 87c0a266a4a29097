/** A page's training worker: one run. Its messages are in `protocol.ts`. */
import { version } from '../../../package.json';
import type { Command } from '../protocol.ts';
import { openPageDevice } from './open-device.ts';
import { createRunWorker } from './run-worker.ts';

const { receive } = createRunWorker({
  post: (message, transfer = []) => postMessage(message, { transfer: [...transfer] as ArrayBuffer[] }),
  openDevice: openPageDevice,
  version,
  browser: navigator.userAgent,
});

addEventListener('message', ({ data }: MessageEvent<Command>) => receive(data));
