import type { Device } from '../../src/device/device.ts';
import type { Problem } from '../../src/environment/environment.ts';
import { initializeParameters, perceptron } from '../../src/nn/index.ts';
import { compile } from '../../src/plan/index.ts';
import { bitSequence } from '../../src/problems/bit-sequence/environment.ts';
import { bitSequenceModes, bitSequenceReward } from '../../src/problems/bit-sequence/reward.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { hypergridReward } from '../../src/problems/hypergrid/reward.ts';
import { qm9String } from '../../src/problems/qm9-string/environment.ts';
import { qm9StringReward } from '../../src/problems/qm9-string/reward.ts';
import { tfbind8 } from '../../src/problems/tfbind8/environment.ts';
import { tfbind8Reward } from '../../src/problems/tfbind8/reward.ts';
import { recordRollout } from '../../src/rollout/index.ts';
import { createTape, variable } from '../../src/tape/index.ts';

/** Batches of trajectories sampled one after another, and the time of each. */
export interface RolloutRecord {
  readonly device: string;
  readonly milliseconds: number;
}

/** How an environment is stepped: by its row programs, or by its TypeScript on the calling thread. */
export type Stepping = 'programs' | 'host';

/** Placeholder scores, so that no data folder is needed: the time of rollouts does not depend on them. */
const scores = (count: number) => Float32Array.from({ length: count }, (_, i) => ((i * 7919) % 1009) / 1009);

/** The paper's problems without molecules, each at a size that is trained. */
export const rolloutProblems: Readonly<Record<string, () => Problem>> = {
  'Hypergrid 4 x 20'() {
    const size = { dimension: 4, side: 20 };
    return { environment: hypergrid(size), reward: hypergridReward({ ...size, difficulty: 'easy' }) };
  },
  TFBind8: () => ({ environment: tfbind8(), reward: tfbind8Reward(scores(4 ** 8)) }),
  'String QM9': () => ({ environment: qm9String(), reward: qm9StringReward(scores(11 ** 5)) }),
  'Bit sequences of 120'() {
    const size = { length: 120, wordSize: 8 };
    const modes = bitSequenceModes({ ...size, count: 60, seed: 0 });
    return { environment: bitSequence(size), reward: bitSequenceReward({ ...size, modes, beta: 3 }) };
  },
};

/** Times rollouts of a perceptron of two layers of 256. */
export async function* timeRollouts(
  device: Device,
  make: () => Problem,
  { batch, stepping, seconds }: { readonly batch: number; readonly stepping: Stepping; readonly seconds: number },
): AsyncGenerator<RolloutRecord> {
  const given = make();
  const problem =
    stepping === 'programs' ? given : { ...given, environment: { ...given.environment, rows: undefined } };
  const { observation, actionCount: outputs } = problem.environment;
  const network = perceptron({ name: 'policy', observation, hidden: [256, 256], outputs });
  const key = variable('key', 'i32', [4], Int32Array.of(1, 2, 0, 0));
  const settings = variable('settings', 'f32', [2], Float32Array.of(0, 1));
  const tape = createTape();
  const policy = { network, parameters: initializeParameters(network, 5, 1) };
  const { logReward } = recordRollout(tape, { problem, batch, policy, key, settings });
  const executable = await device.prepare(compile(tape, { logReward }));
  const until = performance.now() + 1000 * seconds;
  // The first ones run with cold caches.
  for (let iteration = 0; iteration < 3 || performance.now() < until; iteration++) {
    device.write(key, [1, 2, iteration, 0]);
    const from = performance.now();
    executable.run();
    await device.finish();
    if (iteration < 2) continue;
    yield { device: `${device.kind}: ${device.description}`, milliseconds: performance.now() - from };
  }
  executable.release();
}
