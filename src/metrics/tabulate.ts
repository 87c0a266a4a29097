import { enumerationOf } from '../environment/enumeration.ts';
import type { Environment } from '../environment/environment.ts';
import { checkChunk, checkLogits } from './allowed.ts';
import type { PolicyLogits } from './exact.ts';
import type { ChunkOptions } from './log-forward.ts';
import { tabularPolicy } from './policies.ts';

/**
 * A policy's logits at every state, computed once and kept on the host: for computing several metrics of one policy
 * (exact distribution, ELBO and EUBO, log-probabilities of a test set) while its network runs over each state once. It
 * takes 8 bytes for each state and action. A policy that is trained further needs a new table.
 *
 * Logits are computed in the same chunks as in `exactTerminalDistribution`, with up to `ahead` of them requested at
 * once: one at a time by default. A GPU that has other work answers several in the time of one.
 *
 * @throws Error if the environment cannot be enumerated.
 */
export async function tabulate(
  environment: Environment,
  logitsOf: PolicyLogits,
  { chunk = 1024, ahead = 1 }: ChunkOptions & { readonly ahead?: number } = {},
): Promise<PolicyLogits> {
  checkChunk(chunk);
  const enumeration = enumerationOf(environment, 'A table of logits');
  const { stateCount } = enumeration;
  const { stateSize, actionCount } = environment;
  const table = new Float64Array(stateCount * actionCount);
  const state = new Int32Array(stateSize);
  const ask = async (start: number) => {
    const count = Math.min(chunk, stateCount - start);
    const rows = new Int32Array(count * stateSize);
    for (let row = 0; row < count; row++) {
      enumeration.stateAt(start + row, state);
      rows.set(state, row * stateSize);
    }
    const logits = await logitsOf(rows, count);
    checkLogits(environment, logits, count);
    table.set(logits.subarray(0, count * actionCount), start * actionCount);
  };
  for (let start = 0; start < stateCount; start += ahead * chunk) {
    const starts = Array.from({ length: ahead }, (_, i) => start + i * chunk).filter((first) => first < stateCount);
    await Promise.all(starts.map(ask));
  }
  return tabularPolicy(environment, table);
}
