import type { RunConfig } from '../../../run/run-config.ts';
import { parseAddress } from '../../address.ts';
import type { RunClient } from '../../run-client.ts';
import type { Arm } from './catalogue.ts';
import type { Trial, TrialPoint } from './trial.ts';

/** How long a trial goes on: it has at least these iterations, and at least these seconds of training. */
export interface TrialLength {
  readonly iterations: number;
  readonly seconds: number;
}

/** A cheaper method than another gets at most this many times its iterations, however long the other takes. */
const maxTimes = 12;
/** Looks at a trial within its iterations. */
const looks = 24;

export function trialConfig({ settings }: Arm, seed: number, { iterations, seconds }: TrialLength): RunConfig {
  const steps = seconds > 0 ? maxTimes * iterations : iterations;
  const evaluateEvery = Math.max(1, Math.round(iterations / looks));
  // The cpu device: it is the quicker one for so small a network, and its numbers are the same everywhere.
  return { ...parseAddress(settings), seed, steps, evaluateEvery, device: 'cpu' };
}

/**
 * Runs one trial.
 * @param told hears of each point as it comes
 * @throws (rejects) Error where the run fails, or the client is ended
 */
export function runTrial(
  client: RunClient,
  arm: Arm,
  seed: number,
  length: TrialLength,
  told: (point: TrialPoint) => void = () => {},
): Promise<Trial> {
  const config = trialConfig(arm, seed, length);
  const points: TrialPoint[] = [];
  let learnt: ArrayLike<number> = [];
  let target: ArrayLike<number> = [];
  return new Promise((resolve, reject) => {
    let isLong = false;
    const finish = () => {
      stop();
      client.terminate();
      resolve({ seed, points, learnt, target });
    };
    const stop = client.subscribe((message) => {
      switch (message.kind) {
        case 'opened':
          target = message.run.objects?.target ?? [];
          return;
        case 'metrics': {
          const { totalVariation } = message.metrics;
          if (totalVariation === undefined) return;
          const point = { trajectories: message.trajectories, seconds: message.secondsElapsed, totalVariation };
          points.push(point);
          told(point);
          isLong = message.step >= length.iterations && message.secondsElapsed >= length.seconds;
          return;
        }
        case 'distribution':
          learnt = message.learnt;
          // The figures of a look come before its distribution.
          if (isLong && length.seconds > 0) finish();
          return;
        case 'status':
          isLong ||= message.status === 'finished';
          return;
        case 'failure':
          stop();
          reject(new Error(message.problem));
          return;
        case 'walks':
          // The last of a look: of a run that is over, nothing more will come.
          if (isLong) finish();
      }
    });
    client.open({ config });
  });
}
