import { messageOf } from '../../text/message-of.ts';
import { defaultConfig } from '../default-config.ts';
import type { DeviceSpeed } from '../protocol.ts';
import type { RunClient } from '../run-client.ts';
import { grouped } from '../ui/words.ts';

/** How fast a device trains with an objective. */
export interface TrainingSpeed {
  readonly objective: string;
  readonly iterationsPerSecond: number;
  readonly trajectoriesPerSecond: number;
}

/** A device's figures, or why there are none. */
export type MeasuredDevice =
  | { readonly device: string; readonly cost: DeviceSpeed; readonly training: readonly TrainingSpeed[] }
  | { readonly device: string; readonly why: string };

const objectives = ['ent-ppo', 'tb'] as const;

/**
 * Measures every available device, one after another: its dense layers, and how fast it trains the page's default grid.
 * @param seconds of training on each, after the first iterations, which compile
 */
export async function measureSpeed(open: () => RunClient, seconds = 3): Promise<readonly MeasuredDevice[]> {
  const found: MeasuredDevice[] = [];
  for (const device of ['cpu', 'webgpu'] as const) {
    const client = open();
    try {
      const cost = await client.speed(device, objectives);
      client.terminate();
      const training: TrainingSpeed[] = [];
      for (const objective of objectives) training.push(await speedOf(open(), objective, device, seconds));
      found.push({ device, cost, training });
    } catch (error) {
      client.terminate();
      found.push({ device, why: messageOf(error) });
    }
  }
  return found;
}

function speedOf(
  client: RunClient,
  objective: string,
  device: 'cpu' | 'webgpu',
  seconds: number,
): Promise<TrainingSpeed> {
  const config = { ...defaultConfig('hypergrid', objective), steps: 1_000_000, evaluateEvery: 1_000_000, device };
  let from: { step: number; seconds: number } | undefined;
  return new Promise((resolve, reject) => {
    client.subscribe((message) => {
      if (message.kind === 'failure') reject(new Error(message.problem));
      if (message.kind !== 'progress') return;
      const { step, secondsElapsed, trajectories } = message.progress;
      from ??= { step, seconds: secondsElapsed };
      const time = secondsElapsed - from.seconds;
      if (time < seconds || step === from.step) return;
      client.terminate();
      const iterationsPerSecond = (step - from.step) / time;
      const trajectoriesPerSecond = (iterationsPerSecond * trajectories) / step;
      resolve({ objective, iterationsPerSecond, trajectoriesPerSecond });
    });
    client.open({ config });
    client.send({ kind: 'visible', visible: false });
  });
}

/** The figures as a text to send. */
export function speedText(devices: readonly MeasuredDevice[], browser: string): string {
  const { batch } = defaultConfig();
  return [
    `flowtape on a hypergrid of 16 by 16, ${batch} trajectories an iteration`,
    ...devices.flatMap((each) => ('why' in each ? [`${each.device}: none (${each.why})`] : linesOf(each))),
    `browser: ${browser}`,
  ].join('\n');
}

function linesOf({ cost, training }: Extract<MeasuredDevice, { cost: DeviceSpeed }>): readonly string[] {
  const { device, description, gigaflops, size, iterations } = cost;
  return [
    `${device}: ${description}`,
    `  dense layers of ${size} by ${size}: ${figures(gigaflops)} GFLOP/s`,
    ...training.map(({ objective, iterationsPerSecond, trajectoriesPerSecond }) => {
      const speed = `${figures(iterationsPerSecond)} iterations/s, ${grouped(trajectoriesPerSecond)} trajectories/s`;
      const asked = iterations.find((each) => each.objective === objective);
      // The cpu device has no queue to submit to.
      const submits = asked?.submits ? ` in ${figures(asked.submits)} submits` : '';
      return `  ${objective}: ${speed}; ${figures(asked?.launches ?? 0)} launches${submits} an iteration`;
    }),
  ];
}

function figures(value: number): string {
  return value < 100 ? String(Number(value.toPrecision(3))) : grouped(value);
}
