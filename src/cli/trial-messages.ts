import type { MessagePort, Worker } from 'node:worker_threads';
import type { Progress } from '../train/index.ts';
import type { RewardChoice } from './reward-record.ts';
import type { Trial } from './trials.ts';

/** One end of the way between the program and a worker that trains. */
export interface TrialPort<Sent, Received> {
  send(message: Sent): void;
  /** Listens from now on; the next listener takes the place of this one. */
  listen(take: (message: Received) => void, onEnd?: (error: Error) => void): void;
  /** Ends the worker. */
  end(): void;
}

/** The port of a worker, on either side. */
export function trialPort<Sent, Received>(port: Worker | MessagePort): TrialPort<Sent, Received> {
  let listener: ((message: Received) => void) | undefined;
  let tellEnd: ((error: Error) => void) | undefined;
  let ended: Error | undefined;
  const end = (error: Error) => {
    ended ??= error;
    tellEnd?.(ended);
  };
  port.on('message', (message: Received) => listener?.(message));
  if ('terminate' in port) {
    port.on('error', end);
    port.on('exit', () => end(new Error('it left without a word')));
  }
  return {
    send: (message) => port.postMessage(message),
    listen(take, onEnd) {
      listener = take;
      tellEnd = onEnd;
      // It may have ended when nobody listened.
      if (ended !== undefined) onEnd?.(ended);
    },
    end: () => void ('terminate' in port ? port.terminate() : port.close()),
  };
}

/** The number of SIGTERM: how runs are stopped when another met an error that would hit them too. */
export const stopSignal = 15;

/** A run that a worker is to make, or to go on with. */
export interface TrialOrder {
  readonly trial: Trial;
  readonly isBegun: boolean;
  readonly path: string;
  readonly verbose: boolean;
  readonly threads: number;
  readonly reward?: RewardChoice | undefined;
  readonly tensorboard: boolean;
}

/** Which error a run met: of its training, a refusal of its own settings, another refusal, or any other. */
export type Failure = 'training' | 'refused' | 'usage' | 'other';

export type ToWorker =
  | { readonly kind: 'run'; readonly order: TrialOrder }
  | { readonly kind: 'interrupt'; readonly signal: number };

export type FromWorker =
  | { readonly kind: 'line' | 'complaint' | 'note'; readonly text: string }
  | { readonly kind: 'begin'; readonly steps: number }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'end' }
  | { readonly kind: 'done'; readonly code: number }
  | { readonly kind: 'failed'; readonly of: Failure; readonly message: string };

/** The program's side, and a worker's. */
export type WorkerPort = TrialPort<ToWorker, FromWorker>;
export type ProgramPort = TrialPort<FromWorker, ToWorker>;
