import { defaultConfig } from '../default-config.ts';
import type { RunClient } from '../run-client.ts';
import { grouped } from '../ui/words.ts';

/** How fast a device trains. */
export interface Speed {
  readonly objective: string;
  readonly device: string;
  readonly iterationsPerSecond: number;
  readonly trajectoriesPerSecond: number;
}

/** Why a device was left out. */
export interface NoSpeed {
  readonly device: string;
  readonly why: string;
}

const objectives = ['ent-ppo', 'tb'] as const;

/**
 * Trains the page's default grid for a while on every available device, one after another.
 * @param seconds of training on each, after the first iterations, which compile
 */
export async function measureSpeed(open: () => RunClient, seconds = 3): Promise<readonly (Speed | NoSpeed)[]> {
  const found: (Speed | NoSpeed)[] = [];
  for (const device of ['cpu', 'webgpu'] as const) {
    for (const objective of objectives) {
      try {
        found.push(await speedOf(open(), objective, device, seconds));
      } catch (error) {
        found.push({ device, why: (error as Error).message });
        break;
      }
    }
  }
  return found;
}

function speedOf(client: RunClient, objective: string, device: 'cpu' | 'webgpu', seconds: number): Promise<Speed> {
  const config = { ...defaultConfig('hypergrid', objective), steps: 1_000_000, evaluateEvery: 1_000_000, device };
  let description = '';
  let from: { step: number; seconds: number } | undefined;
  return new Promise((resolve, reject) => {
    client.subscribe((message) => {
      if (message.kind === 'failure') reject(new Error(message.problem));
      if (message.kind === 'opened') description = message.run.device.description;
      if (message.kind !== 'progress') return;
      const { step, secondsElapsed, trajectories } = message.progress;
      from ??= { step, seconds: secondsElapsed };
      const time = secondsElapsed - from.seconds;
      if (time < seconds || step === from.step) return;
      client.terminate();
      const iterationsPerSecond = (step - from.step) / time;
      const trajectoriesPerSecond = (iterationsPerSecond * trajectories) / step;
      resolve({ objective, device: description, iterationsPerSecond, trajectoriesPerSecond });
    });
    client.open({ config });
    client.send({ kind: 'visible', visible: false });
  });
}

/** The figures as a text to send. */
export function speedText(speeds: readonly (Speed | NoSpeed)[], browser: string): string {
  const lines = speeds.map((speed) =>
    'why' in speed
      ? `${speed.device}: none (${speed.why})`
      : `${speed.device}: ${speed.objective} ${figures(speed.iterationsPerSecond)} iterations/s, ${grouped(speed.trajectoriesPerSecond)} trajectories/s`,
  );
  const { batch } = defaultConfig();
  return [
    `flowtape on a hypergrid of 16 by 16, ${batch} trajectories an iteration`,
    ...lines,
    `browser: ${browser}`,
  ].join('\n');
}

function figures(value: number): string {
  return value < 100 ? value.toPrecision(3) : grouped(value);
}
