import type { RunConfig } from '../../../run/run-config.ts';
import { parseAddress } from '../../address.ts';
import type { RunClient } from '../../run-client.ts';
import type { Arm } from './catalogue.ts';
import type { Trial, TrialPoint } from './trial.ts';

/** The length of a trial: at least these iterations, and at least these seconds of training. */
export interface TrialLength {
  readonly iterations: number;
  readonly seconds: number;
}

/** A cheaper method gets at most this many times the iterations of another, however long that takes. */
const maxTimes = 12;
/** Observations of a trial during its iterations. */
const looks = 24;

export function trialConfig({ settings }: Arm, seed: number, { iterations, seconds }: TrialLength): RunConfig {
  const steps = seconds > 0 ? maxTimes * iterations : iterations;
  const evaluateEvery = Math.max(1, Math.round(iterations / looks));
  // The cpu device: it is faster for so small a network, and gives the same numbers everywhere.
  return { ...parseAddress(settings), seed, steps, evaluateEvery, device: 'cpu' };
}

/**
 * Runs one trial.
 * @param told called with each point
 * @throws (rejects) Error if the run fails, or the client is ended
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
          // An observation's metrics come before its distribution.
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
          // The last message of an observation; after the run's end no more will come.
          if (isLong) finish();
      }
    });
    client.open({ config });
  });
}
