import type { Device } from '../device/device.ts';
import { type AnyProblem, isDeferred, type Problem } from '../environment/environment.ts';
import { rewardRowsOf, rowFunctionsOf } from '../environment/row-functions.ts';
import type { RolloutNeeds } from './backward-data.ts';
import { isRecorded } from './potential-program.ts';
import { hasShaders } from './programs.ts';

/**
 * The problem, if its rollouts run entirely on the device. Undefined if its environment is stepped on the host: if a
 * GPU has no WGSL for it or for a requested potential, if it draws a condition for each trajectory, or if its reward is
 * deferred.
 */
export function problemOnDevice(
  { kind }: Device,
  problem: AnyProblem,
  { potential }: RolloutNeeds = {},
): Problem | undefined {
  if (isDeferred(problem) || problem.environment.condition) return undefined;
  if (kind !== 'webgpu') return problem;
  const isWhole = hasShaders(problem) && (!potential || isRecorded(problem.environment, potential));
  return isWhole ? problem : undefined;
}

/**
 * Why a problem's environment is stepped on the host, by one thread, while the policy runs on the device: a sentence.
 * Undefined if devices of this kind step it.
 */
export function hostReason(kind: Device['kind'], problem: AnyProblem): string | undefined {
  const reason = reasonOf(kind, problem);
  return reason && `The environment ${problem.environment.name} is stepped on the host, by one thread: ${reason}.`;
}

function reasonOf(kind: Device['kind'], problem: AnyProblem): string | undefined {
  const { environment, reward } = problem;
  if (isDeferred(problem)) return `its reward, ${reward.name}, is computed there when an object is done`;
  if (environment.condition) return `each trajectory has its own ${environment.condition.name}`;
  const isRecorded = rowFunctionsOf(environment) !== undefined;
  if (isRecorded && rewardRowsOf(problem.reward) !== undefined) return undefined;
  if (kind === 'webgpu' && hasShaders(problem)) return undefined;
  if (isRecorded)
    return `the reward ${reward.name} is TypeScript, and not in the row language (rowReward, tabulatedReward)`;
  if (environment.rows) return 'one of its functions was replaced by TypeScript, so it is no longer what was recorded';
  return 'it is TypeScript, and not in the row language (rowEnvironment)';
}
