/**
 * Training in a worker, which keeps a page responsive: the worker's side and the page's side.
 * @module flowtape/worker
 */
export type {
  AskedConfig,
  Command,
  DeviceSpeed,
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
