import type { DeviceChoice, DevicePreference } from '../../device/index.ts';
import { checkGiven } from '../../text/check-given.ts';
import { messageOf } from '../../text/message-of.ts';
import type { Command, Message } from '../protocol.ts';
import { reasonOf } from './failure.ts';
import { openSession, type Session } from './session.ts';

/** What a worker stands on: a browser's in a page, a test's in Node. */
export interface RunWorkerContext {
  /**
   * Sends a message to the page.
   * @param transfer what of the message changes hands instead of being copied
   */
  post(message: Message, transfer?: readonly ArrayBufferLike[]): void;
  /** @throws where the device that is asked for cannot be had */
  openDevice(preference: DevicePreference): Promise<DeviceChoice>;
  /** The version that reports of the self-check name. */
  readonly version?: string | undefined;
  /** The browser that reports of the self-check name. */
  readonly browser?: string | undefined;
}

/** What a worker is told, and waits for. */
export interface Inbox {
  /** Takes what has come in. */
  take(): Command[];
  /** Settles when something has come in. */
  waiting(): Promise<void>;
}

/**
 * Runs one run: opens a device, trains, and does between iterations what it is told. It ends with a `failure`, or with
 * the thread that it is on.
 */
export function createRunWorker(context: RunWorkerContext): {
  /** Takes in a command of the page. */
  receive(command: Command): void;
} {
  checkGiven('createRunWorker', { context }, { openDevice: 'function' });
  const { post } = context;
  let commands: Command[] = [];
  let wake = () => {};
  let state: 'new' | 'running' | 'ended' = 'new';
  const inbox: Inbox = {
    take() {
      const taken = commands;
      commands = [];
      return taken;
    },
    waiting: () =>
      new Promise((resolve) => {
        wake = resolve;
        if (commands.length > 0) resolve();
      }),
  };
  const refuse = (command: Command, problem: string) => {
    post({ kind: 'refusal', ...('request' in command ? { request: command.request } : {}), problem });
  };

  const live = async (open: Extract<Command, { kind: 'open' }>) => {
    let session: Session | undefined;
    try {
      post({ kind: 'status', status: 'opening' });
      session = await openSession(context, open);
      await session.run(inbox);
    } catch (error) {
      state = 'ended';
      const problem = messageOf(error);
      const lastGood = session?.lastGood();
      const checkpoint = lastGood ?? open.checkpoint;
      post(
        { kind: 'failure', problem, reason: reasonOf(error), ...(checkpoint ? { checkpoint } : {}) },
        lastGood ? [lastGood.buffer] : [],
      );
      session?.close();
      for (const command of inbox.take()) if ('request' in command) refuse(command, ended);
    }
  };

  return {
    receive(command) {
      if (command.kind === 'open') {
        if (state !== 'new') return refuse(command, 'This worker has a run already: another one needs its own.');
        state = 'running';
        void live(command);
      } else if (state === 'ended') {
        if ('request' in command) refuse(command, ended);
      } else {
        commands.push(command);
        wake();
      }
    },
  };
}

const ended = 'The run has ended.';
