import { messageOf } from '../text/message-of.ts';
import type { Context } from './context.ts';
import { UsageError } from './errors.ts';
import { makeTrial } from './run-trial.ts';
import { lineStream } from './seeds-progress.ts';
import { TrainingError } from './training-run.ts';
import type { FromWorker, ProgramPort, TrialOrder } from './trial-messages.ts';

/** Makes the runs that are ordered through a port, one after another, and tells what happens. */
export function serveTrials(
  port: ProgramPort,
  { openDevice, openChemistry, version }: Pick<Context, 'openDevice' | 'openChemistry' | 'version'>,
): void {
  const tell = (message: FromWorker) => port.send(message);
  const listeners = new Set<(signal: number) => void>();
  const context = (): Context => ({
    terminal: {
      stdout: lineStream((text) => tell({ kind: 'line', text })),
      stderr: lineStream((text) => tell({ kind: 'complaint', text })),
      onInterrupt(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
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
    exitCode: 0,
  });
  const make = ({ trial, isBegun, tensorboard, ...options }: TrialOrder) =>
    makeTrial(context(), trial, isBegun, { ...options, follow: { tensorboard } });
  port.listen((message) => {
    if (message.kind === 'interrupt') {
      for (const listener of [...listeners]) listener(message.signal);
      return;
    }
    make(message.order).then(
      (code) => tell({ kind: 'done', code }),
      (error: unknown) => {
        const of = error instanceof TrainingError ? 'training' : error instanceof UsageError ? 'usage' : 'other';
        tell({ kind: 'failed', of, message: messageOf(error) });
      },
    );
  });
}
