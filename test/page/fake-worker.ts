import { openCpuDevice } from '../../src/device/index.ts';
import type { Command, Message } from '../../src/page/protocol.ts';
import type { WorkerLike } from '../../src/page/run-client.ts';
import { createRunWorker, type RunWorkerContext } from '../../src/page/worker/run-worker.ts';

/** A training worker on this thread, which sees and is seen as over a port: messages are copied, and come later. */
export function workerHere(context: Partial<RunWorkerContext> = {}): WorkerLike & { readonly messages: Message[] } {
  const listeners: ((event: { data: Message }) => void)[] = [];
  const messages: Message[] = [];
  let ended = false;
  const worker = createRunWorker({
    openDevice: async () => ({ device: await openCpuDevice({ threads: 1 }), why: 'the test asked for it' }),
    version: '0.0.0-test',
    browser: 'none',
    ...context,
    post(message, transfer = []) {
      const data = structuredClone(message, { transfer: [...transfer] as ArrayBuffer[] });
      setImmediate(() => {
        if (ended) return;
        messages.push(data);
        for (const listener of listeners) listener({ data });
      });
    },
  });
  return {
    messages,
    postMessage: (command: Command) => {
      const data = structuredClone(command);
      setImmediate(() => worker.receive(data));
    },
    terminate() {
      ended = true;
      // What a browser's `terminate` does by force.
      worker.receive({ kind: 'pause' });
    },
    addEventListener(kind: string, listener: (event: never) => void) {
      if (kind === 'message') listeners.push(listener as (event: { data: Message }) => void);
    },
  };
}
