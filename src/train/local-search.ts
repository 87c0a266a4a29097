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
  /** Rounds behind an iteration, each from where the last one ended; what each proposes is learnt from once. */
  readonly rounds: number;
}

/** What local search adds to training iterations. It remembers nothing between them. */
export interface Searching {
  /**
   * Ends an iteration: changes the objects that it sampled round by round, with an update on what each round proposes.
   * @param iteration how many were done before, from which all draws follow
   */
  endIteration(sampled: RatedObjects, iteration: number, checked: boolean): Promise<void>;
  /** The loss of the last update, and the share of proposals that its iteration kept; none before the first. */
  diagnostics(): Promise<Record<string, number>>;
  readonly plan: Plan;
  /** How often it has written a variable once so many iterations are done. */
  writesAfter(iterations: number, variable: Variable): number;
}

/** Makes local search ready. */
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
