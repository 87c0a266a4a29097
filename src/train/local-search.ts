import type { Device } from '../device/device.ts';
import type { AnyProblem, RatedObjects } from '../environment/environment.ts';
import { guardedEnvironment } from '../environment/guarded.ts';
import type { OffPolicyLearner } from '../objective/index.ts';
import { compile, type Plan } from '../plan/index.ts';
import { uniformStream } from '../random/threefry.ts';
import { type LocalSearchOptions, type ObjectRows, replayedBatch, searchLocally } from '../replay/index.ts';
import { deduplicateStates, prepareRating, uploadedBatch } from '../rollout/index.ts';
import { createTape, type Variable } from '../tape/index.ts';
import { evaluateAtStates } from './evaluate-at-states.ts';

/** Learning from objects close to those sampled. */
export interface SearchingOptions extends LocalSearchOptions {
  /** Rounds after an iteration, each starting from the result of the last. Every proposal is learnt from once. */
  readonly rounds: number;
}

/** Local search in a training iteration. It has no state between iterations. */
export interface Searching {
  /**
   * Ends an iteration: modifies its objects round by round, and updates on the proposals of each.
   * @param iteration the number of iterations before, which determines all draws
   */
  endIteration(sampled: RatedObjects, iteration: number, checked: boolean): Promise<void>;
  /** The loss of the last update, and the share of accepted proposals in its iteration; none before the first. */
  diagnostics(): Promise<Record<string, number>>;
  readonly plan: Plan;
  /** How many times it has written a variable after so many iterations. */
  writesAfter(iterations: number, variable: Variable): number;
}

/** Prepares local search. */
export async function prepareSearching(
  device: Device,
  {
    problem,
    learner,
    batch,
    seed,
    stream,
    search: { rounds, ...options },
  }: {
    readonly problem: AnyProblem;
    readonly learner: OffPolicyLearner;
    readonly batch: number;
    readonly seed: number;
    readonly stream: number;
    readonly search: SearchingOptions;
  },
): Promise<Searching> {
  const environment = guardedEnvironment(problem.environment);
  const uploaded = uploadedBatch(environment, batch, learner.needs ?? {}, 'search');
  const tape = createTape();
  const update = await device.prepare(
    compile<string>(tape, learner.update(deduplicateStates(uploaded.trajectories(tape), device))),
  );
  const logitsOf = evaluateAtStates(device, environment, (observation) => learner.logits(observation));
  const rating = await prepareRating(device, problem);
  const rate = async (states: Int32Array) => (await rating(states)).logRewards;
  let kept: number | undefined;
  return {
    async endIteration({ states, logRewards }, iteration, checked) {
      const random = uniformStream(seed, stream, iteration);
      let objects: ObjectRows = { states, logRewards };
      let accepted = 0;
      for (let round = 0; round < rounds; round++) {
        const found = await searchLocally(environment, objects, options, { logitsOf, chunk: batch, rate, random });
        objects = found.kept;
        accepted += found.accepted.reduce((sum, one) => sum + one, 0);
        uploaded.write(device, replayedBatch(environment, found.proposed, random, learner.needs));
        if (checked) await update.runChecked();
        else update.run();
      }
      kept = accepted / (rounds * batch);
    },
    async diagnostics() {
      if (kept === undefined) return {};
      return { searchedLoss: (await update.read('loss'))[0], searchAccepted: kept };
    },
    plan: update.plan,
    writesAfter: (iterations, variable) => iterations * rounds * tape.versionOf(variable),
  };
}
