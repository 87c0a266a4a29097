import type { DeviceChoice } from '../../device/index.ts';
import { decodeRun, withSteps } from '../../run/run-checkpoint.ts';
import { messageOf } from '../../text/message-of.ts';
import { pageCatalogue } from '../catalogue.ts';
import { pageConfig } from '../page-config.ts';
import type { AskedConfig, Command, OpenedRun } from '../protocol.ts';
import { type ActiveRun, describeRun, pageProblem, startRun } from './active-run.ts';
import { changeRun } from './change-run.ts';
import { RefusedError, reasonOf } from './failure.ts';
import { createObserver } from './observer.ts';
import { createReporter } from './reporter.ts';
import type { Inbox, RunWorkerContext } from './run-worker.ts';

/** A run on its device. */
export interface Session {
  /** Trains, and carries out commands, endlessly. @throws whatever ends the run */
  run(inbox: Inbox): Promise<never>;
  /** The last good state of the run as a checkpoint file. */
  lastGood(): Uint8Array<ArrayBuffer>;
  close(): void;
}

/** @throws RefusedError if the device cannot be opened, or configuration or checkpoint cannot be used */
export async function openSession(
  context: RunWorkerContext,
  open: Extract<Command, { kind: 'open' }>,
): Promise<Session> {
  const saved = await refusing(async () => (open.checkpoint ? decodeRun(pageCatalogue, open.checkpoint) : undefined));
  const { device: preference, steps } = open.config;
  const config = await refusing(async () =>
    pageConfig(saved ? { ...withSteps(saved.config, steps), device: preference } : open.config),
  );
  const problem = await refusing(() => pageProblem(config));
  const choice = await refusing(() => context.openDevice(preference));
  try {
    const run = await refusing(() => startRun(choice.device, config, problem, { from: saved?.snapshot }));
    return trainingSession(context, { run, choice, step: saved?.snapshot.step ?? 0, paused: open.paused });
  } catch (error) {
    choice.device.destroy();
    throw error;
  }
}

/** @throws RefusedError for errors without a better kind */
async function refusing<Result>(attempt: () => Promise<Result>): Promise<Result> {
  try {
    return await attempt();
  } catch (error) {
    throw reasonOf(error) === 'other' ? new RefusedError(messageOf(error), { cause: error }) : error;
  }
}

interface Opened {
  readonly run: ActiveRun;
  readonly choice: DeviceChoice;
  /** Completed iterations. */
  readonly step: number;
  readonly paused: boolean;
}

/**
 * All is done by one loop. Each turn carries out commands, then trains for about a twentieth of a second; so observers
 * always find the run between two iterations. Read-backs for display or saving are not awaited.
 */
function trainingSession(context: RunWorkerContext, opened: Opened): Session {
  const { post } = context;
  const reporter = createReporter(post);
  const target = { metrics: reporter.metrics, post };
  let { run, choice, paused, step } = opened;
  let observer = createObserver(run, choice.device.kind, target);
  let visible = true;
  let finished = false;
  let singles = 0;
  /** Milliseconds of training, without pauses. */
  let elapsed = 0;

  const moment = () => ({ step, trajectories: step * run.config.batch, secondsElapsed: elapsed / 1000 });
  const described = (): OpenedRun['device'] => ({
    kind: choice.device.kind === 'webgpu' ? 'webgpu' : 'cpu',
    description: choice.device.description,
    why: choice.why,
  });
  const tellOpened = () => reporter.opened(describeRun(run, described(), step), moment());
  const change = async (asked: AskedConfig) => {
    const snapshot = await run.run.snapshot();
    const isOnDevice = asked.device === run.config.device;
    let next: DeviceChoice | undefined;
    try {
      const config = pageConfig(asked);
      next = isOnDevice ? choice : await context.openDevice(config.device);
      const changed = await changeRun(next.device, run, snapshot, config);
      await observer.close('The run was changed.');
      await run.close();
      if (!isOnDevice) choice.device.destroy();
      if (changed.step === 0) elapsed = 0;
      ({ run, step } = changed);
      choice = next;
      observer = createObserver(run, choice.device.kind, target);
      observer.setVisible(visible);
      finished = false;
      singles = 0;
      tellOpened();
    } catch (error) {
      if (reasonOf(error) !== 'other') throw error;
      if (!isOnDevice) next?.device.destroy();
      post({ kind: 'refusal', problem: messageOf(error) });
    }
  };
  const carryOut = async (command: Command): Promise<void> => {
    switch (command.kind) {
      case 'pause':
        paused = true;
        return;
      case 'resume':
        paused = false;
        singles = 0;
        return;
      case 'step':
        if (paused) singles++;
        return;
      case 'visible':
        visible = command.visible;
        observer.setVisible(visible);
        return;
      case 'change':
        return change(command.config);
      case 'save': {
        const value = await run.run.save();
        post({ kind: 'answer', request: command.request, value }, [value.buffer]);
        return;
      }
      case 'inspect': {
        const { request, state } = command;
        // Not awaited: the next observation answers it, while training continues.
        observer
          .ask(async (view) => {
            if (view.ofState) return view.ofState(state, view.step);
            throw new Error('The states of this environment are too many to look at each.');
          })
          .then(
            (value) => post({ kind: 'answer', request, value }),
            (error) => post({ kind: 'refusal', request, problem: messageOf(error) }),
          );
        return;
      }
      // The worker's own, not its run's.
      case 'open':
      case 'self-check':
        return;
    }
  };

  return {
    async run(inbox) {
      tellOpened();
      while (true) {
        for (const command of inbox.take()) await carryOut(command);
        if (observer.failure) {
          // A policy whose logits are NaN cannot be observed: the trainer reports the operation at fault.
          await run.run.snapshot();
          throw observer.failure.cause;
        }
        const single = paused && singles > 0;
        const isAtRest = finished || (paused && !single);
        if (isAtRest) reporter.flush(moment());
        if (!single || finished) reporter.status(finished ? 'finished' : paused ? 'paused' : 'running');
        if (isAtRest) {
          observer.flush(moment());
          await Promise.race([inbox.waiting(), observer.idle]);
          continue;
        }
        observer.poll(moment());

        const begun = performance.now();
        const isLeft = step < run.config.steps;
        const { done, value } =
          single && isLeft ? { done: false, value: await run.run.step() } : await run.reports.next();
        elapsed += performance.now() - begun;
        if (done) {
          finished = true;
          continue;
        }
        if (single) singles--;
        step = value.step;
        if (value.metrics) reporter.metrics(moment(), value.metrics);
        reporter.progress(moment(), value);
      }
    },
    lastGood: () => run.run.lastGood(),
    close: () => choice.device.destroy(),
  };
}
