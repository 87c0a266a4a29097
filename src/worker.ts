/**
 * Training in a worker, so that a page stays responsive: what runs in the worker, and what the page talks to it with.
 * @module flowtape/worker
 */
export type {
  AskedConfig,
  Command,
  EdgeView,
  EnumeratedObjects,
  FailureReason,
  Message,
  OpenedRun,
  Progress,
  RunStatus,
  SelfCheck,
  SelfCheckReport,
  StateView,
  Walk,
} from './page/protocol.ts';
export {
  createRunClient,
  type PlainCommand,
  RequestError,
  type RunClient,
  type RunOptions,
  type WorkerLike,
} from './page/run-client.ts';
export { openPageDevice } from './page/worker/open-device.ts';
export { createRunWorker, type RunWorkerContext } from './page/worker/run-worker.ts';
