import type { DevicePreference } from '../device/index.ts';
import type {
  AskedConfig,
  Command,
  DeviceSpeed,
  FailureReason,
  Message,
  SelfCheckReport,
  StateView,
} from './protocol.ts';

/** The part of `Worker` that the client uses; tests pass their own. */
export interface WorkerLike {
  /** Sends a message to the worker. */
  postMessage(command: Command): void;
  /** Ends the worker. */
  terminate(): void;
  /** Listens to the worker's messages and errors. */
  addEventListener(kind: 'message', listener: (event: { readonly data: Message }) => void): void;
  /** A worker that does not load, or whose code throws. */
  addEventListener(kind: 'error', listener: (event: { readonly message?: string }) => void): void;
  /** A message that could not be read. */
  addEventListener(kind: 'messageerror', listener: (event: object) => void): void;
}

/** Commands without an answer. */
export type PlainCommand = Extract<Command, { kind: 'pause' | 'resume' | 'step' | 'change' | 'visible' }>;

/** Options of a run in a worker. */
export interface RunOptions {
  readonly config: AskedConfig;
  /** A checkpoint file to continue from. */
  readonly checkpoint?: Uint8Array;
  /** Whether it starts paused, until `resume`; false by default. */
  readonly paused?: boolean;
}

/** The page's side of one training worker at a time. */
export interface RunClient {
  /**
   * Starts a run in a new worker and ends the previous one: it sends no more messages, and its pending requests are
   * rejected.
   */
  open(options: RunOptions): void;
  /** Sends a command to the worker. */
  send(command: PlainCommand): void;
  /** The policy's view of a state. @throws (rejects) RequestError if it is not available */
  inspect(state: readonly number[]): Promise<StateView>;
  /** The run as a checkpoint file. @throws (rejects) RequestError if it is not available */
  save(): Promise<Uint8Array>;
  /**
   * Checks a device, in the run's worker or, if there is no run, in a new one.
   * @throws (rejects) RequestError if the device is not available
   */
  selfCheck(device: DevicePreference): Promise<SelfCheckReport>;
  /**
   * Measures a device, in the run's worker or, if there is no run, in a new one.
   * @param objectives whose iterations are counted
   * @throws (rejects) RequestError if the device is not available
   */
  speed(device: DevicePreference, objectives: readonly string[]): Promise<DeviceSpeed>;
  /** Whether a worker is ready for commands. */
  readonly isOpen: boolean;
  /**
   * Calls a listener with each message of the current run, in order, including answers. Returns the function that
   * unsubscribes.
   */
  subscribe(listener: (message: Message) => void): () => void;
  /** Ends the run and its worker. A new one can be opened. */
  terminate(): void;
}

/** A request that was not answered, with the reason. */
export class RequestError extends Error {}

/**
 * The page's side of a run in a worker: it sends commands and receives messages.
 * @param startWorker starts the program of `worker/main.ts`
 */
export function createRunClient(startWorker: () => WorkerLike): RunClient {
  const listeners = new Set<(message: Message) => void>();
  let worker: WorkerLike | undefined;
  let lastRequest = 0;
  const pending = new Map<number, { resolve(value: unknown): void; reject(cause: RequestError): void }>();

  const tell = (message: Message) => {
    for (const listener of [...listeners]) listener(message);
  };
  const end = (why: string) => {
    worker?.terminate();
    worker = undefined;
    const asking = [...pending.values()];
    pending.clear();
    for (const { reject } of asking) reject(new RequestError(why));
  };
  const fail = (problem: string, reason: FailureReason) => {
    end(problem);
    tell({ kind: 'failure', problem, reason });
  };
  const receive = (message: Message) => {
    if (message.kind === 'answer' || (message.kind === 'refusal' && message.request !== undefined)) {
      const request = pending.get(message.request as number);
      pending.delete(message.request as number);
      if (message.kind === 'answer') request?.resolve(message.value);
      else request?.reject(new RequestError(message.problem));
    }
    // A worker that has failed is useless; its listeners are called after its pending requests were rejected.
    if (message.kind === 'failure') end(message.problem);
    tell(message);
  };
  const send = (command: Command) => {
    if (!worker) throw new RequestError('There is no run to ask.');
    worker.postMessage(command);
  };
  const request = async <Value>(
    command:
      | { kind: 'save' }
      | { kind: 'self-check'; device: DevicePreference }
      | { kind: 'speed'; device: DevicePreference; objectives: readonly string[] }
      | { kind: 'inspect'; state: readonly number[] },
  ) => {
    const number = ++lastRequest;
    return new Promise<Value>((resolve, reject) => {
      pending.set(number, { resolve: resolve as (value: unknown) => void, reject });
      try {
        send({ ...command, request: number });
      } catch (error) {
        pending.delete(number);
        reject(error);
      }
    });
  };

  const start = (): WorkerLike => {
    end('Another run was opened.');
    const opened = startWorker();
    worker = opened;
    /** Messages of a worker that was ended are ignored. */
    const ifPresent =
      <Event>(handle: (event: Event) => void) =>
      (event: Event) => {
        if (worker === opened) handle(event);
      };
    opened.addEventListener(
      'message',
      ifPresent(({ data }) => receive(data)),
    );
    opened.addEventListener(
      'error',
      ifPresent(({ message }) => fail(`The training worker failed. ${message ?? ''}`.trim(), 'other')),
    );
    opened.addEventListener(
      'messageerror',
      ifPresent(() => fail('A message of the training worker could not be read.', 'other')),
    );
    return opened;
  };

  return {
    open({ config, checkpoint, paused = false }) {
      const opened = start();
      opened.postMessage({ kind: 'open', config, paused, ...(checkpoint ? { checkpoint } : {}) });
    },
    send(command) {
      if (worker) send(command);
    },
    inspect: (state) => request({ kind: 'inspect', state }),
    save: () => request({ kind: 'save' }),
    selfCheck(device) {
      if (!worker) start();
      return request({ kind: 'self-check', device });
    },
    speed(device, objectives) {
      if (!worker) start();
      return request({ kind: 'speed', device, objectives });
    },
    get isOpen() {
      return worker !== undefined;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    terminate: () => end('The run was ended.'),
  };
}
