import type { StartWorker } from './threads.ts';

/**
 * Starts a Web Worker from its text, so that no file has to be served and bundlers need not know.
 *
 * @throws if there are no workers, or the page's Content-Security-Policy forbids `blob:` workers
 */
export const startWebWorker: StartWorker = (source, start) =>
  new Promise((resolve, reject) => {
    if (typeof Worker !== 'function') throw new Error('There are no Web Workers here.');
    const program = `onmessage = ({ data }) => (${source})(data, () => postMessage('ready'));`;
    const address = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }));
    const worker = new Worker(address);
    const settle = () => URL.revokeObjectURL(address);
    worker.onmessage = () => {
      settle();
      resolve({ end: () => worker.terminate() });
    };
    worker.onerror = ({ message }) => {
      settle();
      worker.terminate();
      reject(new Error(`A worker does not start. ${message ?? ''}`.trim()));
    };
    worker.postMessage(start);
  });
