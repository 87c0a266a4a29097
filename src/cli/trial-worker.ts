import { messageOf } from '../text/message-of.ts';
import type { Context } from './context.ts';
import { RefusedRun, UsageError } from './errors.ts';
import { createInterrupts } from './interrupts.ts';
import { makeTrial } from './run-trial.ts';
import { lineStream } from './seeds-progress.ts';
import { TrainingError } from './training-run.ts';
import type { Failure, FromWorker, ProgramPort, TrialOrder } from './trial-messages.ts';

/** Makes the runs that are ordered through a port, one after another, and tells what happens. */
export function serveTrials(
  port: ProgramPort,
  { openDevice, openChemistry, version }: Pick<Context, 'openDevice' | 'openChemistry' | 'version'>,
): void {
  const tell = (message: FromWorker) => port.send(message);
  const interrupts = createInterrupts();
  const context = (): Context => ({
    terminal: {
      stdout: lineStream((text) => tell({ kind: 'line', text })),
      stderr: lineStream((text) => tell({ kind: 'complaint', text })),
      onInterrupt: interrupts.onInterrupt,
    },
    async display(steps) {
      tell({ kind: 'begin', steps });
      return {
        report: (progress) => tell({ kind: 'progress', progress }),
        note: (text) => tell({ kind: 'note', text }),
        stop: () => tell({ kind: 'end' }),
      };
    },
    openDevice,
    openChemistry,
    version,
    sharesProcess: true,
    exitCode: 0,
  });
  const make = ({ trial, isBegun, tensorboard, ...options }: TrialOrder) =>
    makeTrial(context(), trial, isBegun, { ...options, follow: { tensorboard } });
  port.listen((message) => {
    if (message.kind === 'interrupt') return interrupts.tell(message.signal);
    interrupts.forget();
    make(message.order).then(
      (code) => tell({ kind: 'done', code }),
      (error: unknown) => {
        tell({ kind: 'failed', of: failureOf(error), message: messageOf(error) });
      },
    );
  });
}

function failureOf(error: unknown): Failure {
  if (error instanceof TrainingError) return 'training';
  if (error instanceof RefusedRun) return 'refused';
  return error instanceof UsageError ? 'usage' : 'other';
}
