import type { Device, DeviceChoice, DevicePreference } from '../../device/index.ts';
import { checkGiven } from '../../text/check-given.ts';
import { messageOf } from '../../text/message-of.ts';
import type { Command, DeviceSpeed, Message, SelfCheckReport } from '../protocol.ts';
import { reasonOf } from './failure.ts';
import { openSession, type Session } from './session.ts';

/** A worker's environment: a browser's in a page, a test's in Node. */
export interface RunWorkerContext {
  /**
   * Sends a message to the page.
   * @param transfer the parts of the message to transfer instead of copying
   */
  post(message: Message, transfer?: readonly ArrayBufferLike[]): void;
  /** @throws if the requested device is not available */
  openDevice(preference: DevicePreference): Promise<DeviceChoice>;
  /** The version in reports of the self-check. */
  readonly version?: string | undefined;
  /** The browser in reports of the self-check. */
  readonly browser?: string | undefined;
}

/** Received commands, and a way to wait for more. */
export interface Inbox {
  /** Removes and returns the received commands. */
  take(): Command[];
  /** Resolves when a command has arrived. */
  waiting(): Promise<void>;
}

/**
 * Runs one run: opens a device, trains, and carries out commands between iterations. It ends with a `failure`, or with
 * its thread. Self-checks and measurements of speed have a device of their own, and need no run.
 */
export function createRunWorker(context: RunWorkerContext): {
  /** Receives a command of the page. */
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

  /** Answers with something found on a device of its own, beside the training. */
  const answerOn = async (
    { request, device: preference }: Extract<Command, { kind: 'self-check' | 'speed' }>,
    find: (device: Device) => Promise<SelfCheckReport | DeviceSpeed>,
  ) => {
    try {
      const { device } = await context.openDevice(preference);
      try {
        post({ kind: 'answer', request, value: await find(device) });
      } finally {
        device.destroy();
      }
    } catch (error) {
      post({ kind: 'refusal', request, problem: messageOf(error) });
    }
  };
  // Loaded when asked for: the self-check has the reference kernels.
  const check = async (device: Device) => {
    const { selfCheck } = await import('../self-check/self-check.ts');
    return selfCheck({
      ...{ device, version: context.version, browser: context.browser },
      onCheck: (done, of, name) => post({ kind: 'check', done, of, name }),
    });
  };
  const speed = async (device: Device, objectives: readonly string[]) => {
    const { deviceSpeed } = await import('../self-check/device-speed.ts');
    return deviceSpeed(device, objectives);
  };

  return {
    receive(command) {
      if (command.kind === 'self-check') {
        void answerOn(command, check);
      } else if (command.kind === 'speed') {
        void answerOn(command, (device) => speed(device, command.objectives));
      } else if (command.kind === 'open') {
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
