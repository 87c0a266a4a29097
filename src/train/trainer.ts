import { deviceScope } from '../device/scope.ts';
import { checkProblemShape } from '../environment/check-problem.ts';
import { objectKey } from '../environment/condition.ts';
import { type AnyProblem, isDeferred, type Problem, type RatedObjects } from '../environment/environment.ts';
import { checkFirstWalks } from '../environment/first-walks.ts';
import { linear, type OptimizerRecipe, recipeOf } from '../nn/index.ts';
import { type Learner, networkFamily, type OffPolicyLearner, randomStreams } from '../objective/index.ts';
import { planBytes } from '../plan/index.ts';
import { hostReason, isOnPolicy, onPolicy } from '../rollout/index.ts';
import { checkAnnealing } from './annealing.ts';
import { averagedLearner } from './averaged-learner.ts';
import { type BestObjects, bestObjects } from './best-objects.ts';
import { checkDevice, checkObjective } from './check-options.ts';
import { createControl } from './control.ts';
import type { Course } from './course.ts';
import { createEvaluator, type Evaluation } from './evaluator.ts';
import type { PreparedVariances } from './gradient-variance.ts';
import { type Iteration, prepareIteration } from './iteration.ts';
import { recentSamples } from './recent-samples.ts';
import { type Sample, type SamplingOptions, sampleObjects } from './sampler.ts';
import { hostStates, readState, type StateParts, startState, writeState } from './state-parts.ts';
import { type Progress, trainingLoop } from './training-loop.ts';
import { type CompleteTraining, completeTraining, type Snapshot, type TrainingOptions } from './training-options.ts';

export type { Progress } from './training-loop.ts';
export type { Snapshot, TrainingOptions } from './training-options.ts';

/**
 * A run. Iterating over it trains; iteration ends after the last step, or on `stop`. The page, the command line and
 * tests all drive it this way.
 */
export interface Trainer extends AsyncIterable<Progress> {
  /** Trainable numbers, in all networks. */
  readonly parameters: number;
  /** Bytes on the device: the iteration's arena, and the variables. */
  readonly bytes: { readonly arena: number; readonly variables: number };
  readonly learner: Learner;
  /** Why the environment is stepped on the host, as a sentence; undefined if the device steps it. */
  readonly onHost?: string | undefined;
  readonly iteration: Iteration;
  /** Iterations done. */
  readonly done: number;
  /** Runs iterations, paused or not. @throws RangeError if fewer are left */
  step(count: number): Promise<Progress>;
  /** Makes iteration wait before the next step, until `resume`. */
  pause(): void;
  /** Continues a paused trainer. */
  resume(): void;
  /** Ends iteration after the steps under way. */
  stop(): void;
  /** Metrics and distributions of the current policy, or of its averaged parameters if the optimiser averages. */
  evaluate(): Promise<Evaluation>;
  /** Draws objects from the same policy as `evaluate`. */
  sample(options: Pick<SamplingOptions, 'count' | 'seed' | 'condition'>): Promise<Sample[]>;
  /** The best distinct objects sampled so far; undefined if none are kept. */
  best(): RatedObjects | undefined;
  /**
   * The complete state after the iterations under way, from which the run continues as if it had never stopped.
   * @throws NotFiniteError if its numbers are not all finite
   */
  snapshot(): Promise<Snapshot>;
  /**
   * The last snapshot that the trainer checked and kept for itself: about once a second, between iterations, in at most
   * a hundredth of the time, so it is older if the state is large or an iteration long. It survives the device. A
   * failed run is left in this state, as far as the device still can be written to.
   */
  lastSnapshot(): Snapshot;
  /** Stops, and releases everything on the device after the work under way. Nothing else works afterwards. */
  close(): Promise<void>;
}

/**
 * Prepares a run: networks, plans, evaluation. Everything that can be refused is refused here.
 * @throws if settings are out of range or the device refuses a plan
 */
export async function createTrainer(options: TrainingOptions): Promise<Trainer> {
  checkDevice(options.device);
  checkObjective(options.objective);
  checkProblemShape(options.problem);
  const settings = completeTraining(options);
  checkFirstWalks(options.problem);
  const device = deviceScope(options.device);
  try {
    return await trainerOn({ ...settings, device });
  } catch (error) {
    // Releases whatever was prepared before the failure.
    device.destroy();
    throw error;
  }
}

async function trainerOn(options: CompleteTraining): Promise<Trainer> {
  const { device, problem, objective, batch, seed, network, prior, exploration = onPolicy } = options;
  const context = {
    environment: problem.environment,
    reward: problem.reward,
    prior: prior === undefined || prior === 'uniform' ? prior : prior.policy,
    batch,
    seed,
    network,
    family: await networkFamily(problem.environment, network),
    optimizer: recipe(options.optimizer),
    valueOptimizer: recipe(options.valueOptimizer),
    logPartitionOptimizer: recipe(options.logPartitionOptimizer),
  };
  const learner = objective.learner(context);
  checkPrior(learner, options);
  if (!isOnPolicy(exploration)) offPolicy(learner, objective.name, 'exploration');
  const stream = randomStreams.rollout;
  const { steps, learningRate, replay, adopt, from = adopt } = options;
  if ((replay?.kind === 'offline') !== (options.offline !== undefined) && !from) {
    throw new Error(
      'train: replay of the kind offline and a data set of objects, `offline`, go together; on the command line --offline ' +
        'FILE gives both.',
    );
  }
  const replaying =
    replay &&
    (await (
      await import('./replay.ts')
    ).prepareReplaying(device, {
      ...{ problem, batch, seed, replay, offline: options.offline },
      learner: offPolicy(learner, objective.name, 'replay'),
      stream: randomStreams.replay,
    }));
  const { localSearch } = options;
  const searching =
    localSearch &&
    (await (
      await import('./local-search.ts')
    ).prepareSearching(device, {
      ...{ problem, batch, seed, search: localSearch },
      learner: offPolicy(learner, objective.name, 'localSearch'),
      stream: randomStreams.search,
    }));
  const { learntReward } = problem;
  const rewardLearning =
    learntReward &&
    (await (await import('./reward-learning.ts')).prepareRewardLearning(device, { options, learntReward, learner }));
  const annealing =
    learningRate.end === 1 ? {} : { annealing: linear(1, learningRate.end, learningRate.steps ?? steps) };
  checkAnnealing(
    learner.networks.map(({ optimizer }) => optimizer),
    learningRate.end,
  );
  const recent = options.recentSamples ? recentSamples(immediate(problem), options.recentSamples, batch) : undefined;
  const best = options.keepBest ? bestObjectsOf(problem, options.keepBest) : undefined;
  const iteration = await prepareIteration(device, {
    ...{ problem, learner, batch, seed, stream, exploration },
    gradientNorm: options.gradientNorm || clipsByNorm(options.optimizer),
    ...annealing,
    ...(recent ? { recent } : {}),
    ...(replaying ? { replaying } : {}),
    ...(searching ? { searching } : {}),
    rewardLearning,
    ...(best ? { best } : {}),
  });
  const averages = learner.networks.some(({ optimizer }) => optimizer.state.average);
  const averaged = averages ? averagedLearner(device, learner, objective.learner(context)) : undefined;
  const { gradientVarianceBatches: batches } = options;
  let variances: PreparedVariances | undefined;
  if (batches !== undefined) {
    const { ownLambda, prepareGradientVariances } = await import('./gradient-variance.ts');
    const lambda = ownLambda(objective.options);
    variances = await prepareGradientVariances({ device, problem, learner, batch, batches, lambda, seed });
  }
  const parts: StateParts = {
    learner,
    key: iteration.key,
    exploration: iteration.settings,
    recent: recent?.objects,
    replay: replaying,
    best,
    reward: rewardLearning,
  };
  const onHostAtStart = hostStates(parts);
  const epsilon = linear(exploration.start, exploration.end, exploration.iterations);
  const course: Course = {
    ratesAt: (step) => ({
      learningRate: annealing.annealing?.at(step) ?? 1,
      exploration: [epsilon.at(step), exploration.temperature],
    }),
    writesAfter: iteration.writesAfter,
  };
  const begun =
    from === undefined ? undefined : (await import('./take-over.ts')).takeOver(device, parts, course, { from, adopt });
  // Only now, since its target depends on a prior that the state before brings.
  const evaluator = await createEvaluator(
    device,
    problem,
    averaged ? { ...averaged.learner, prior: learner.prior } : learner,
    {
      seed,
      trajectories: options.evaluationTrajectories,
    },
  );

  const control = createControl();
  const evaluate = async (step: number): Promise<Evaluation> => {
    await averaged?.refresh();
    const { metrics, ...rest } = await evaluator.evaluate();
    const ofRecent = await recent?.metrics(device, step * batch, evaluator.target);
    return { metrics: { ...metrics, ...ofRecent, ...(variances && (await variances.metrics())) }, ...rest };
  };
  const loop = trainingLoop({
    ...{ options: { ...options, from: begun }, control },
    run: {
      state: () => readState(device, parts),
      restore: (state) => writeState(device, parts, state),
      async run(times) {
        await iteration.run(times);
        await device.finish();
      },
      async runChecked() {
        await iteration.runChecked();
        await device.finish();
      },
      fault: iteration.fault,
      diagnostics: iteration.diagnostics,
    },
    start: () => ({ ...startState(parts), ...onHostAtStart }),
    evaluate: async (step) => (await evaluate(step)).metrics,
  });

  return {
    parameters: learner.networks.reduce((sum, { parameters }) => sum + parameters.count, 0),
    bytes: planBytes(iteration.plan, ...(replaying ? [replaying.plan] : []), ...(searching ? [searching.plan] : [])),
    learner,
    onHost: hostReason(device.kind, problem),
    iteration,
    pause: control.pause,
    resume: control.resume,
    stop: control.stop,
    get done() {
      return loop.step;
    },
    step: loop.advance,
    evaluate: () => loop.between(() => evaluate(loop.step)),
    sample: (options) =>
      loop.between(async () => {
        await averaged?.refresh();
        const samples: Sample[] = [];
        const evaluated = averaged?.learner ?? learner;
        for await (const sample of sampleObjects({ device, problem, learner: evaluated, ...options }))
          samples.push(sample);
        return samples;
      }),
    best: () => best?.best(),
    snapshot: loop.snapshot,
    lastSnapshot: loop.lastSnapshot,
    async close() {
      control.stop();
      await loop.between(async () => device.destroy());
      rewardLearning?.release();
    },
    [Symbol.asyncIterator]: loop.reports,
  };
}

/** Objects that differ only in their condition count as the same. */
function bestObjectsOf({ environment }: AnyProblem, capacity: number): BestObjects {
  return bestObjects(environment.stateSize, capacity, objectKey(environment));
}

/** @throws Error that says why, if the learner cannot use what `what` provides */
function offPolicy(
  learner: Learner,
  objective: string,
  what: 'exploration' | 'replay' | 'localSearch',
): OffPolicyLearner {
  if (learner.offPolicy) return learner;
  throw new Error(
    `${objective} learns only from its own policy's trajectories: ${what} would bias its gradient. ` +
      `Train a balance objective (tb, db, subtb, vargrad, fm), or leave ${what} out.`,
  );
}

/** @throws Error if the reward is not available synchronously */
function immediate(problem: AnyProblem): Problem {
  if (!isDeferred(problem)) return problem;
  throw new Error(
    `training: recentSamples looks its objects' rewards up again, which ${problem.reward.name} is too slow for. ` +
      'Leave it out; the best objects are kept anyhow.',
  );
}

/** Whether the policy's update computes the norm of its gradient. */
function clipsByNorm(optimizer: CompleteTraining['optimizer']): boolean {
  return typeof optimizer === 'object' && optimizer.clipNorm !== undefined && optimizer.clipParameterNorm === undefined;
}

/** @throws Error if a required prior is missing, or one is given that is not used */
function checkPrior({ prior: taken }: Learner, { objective, prior, from, adopt }: CompleteTraining): void {
  if (taken && prior === undefined && !from && !adopt) {
    throw new Error(
      `${objective.name} needs a prior: \`prior\` is a sampler that loadSampler makes, or 'uniform'; on the command line ` +
        '--prior takes the folder of a run, or uniform.',
    );
  }
  if (!taken && prior !== undefined) {
    throw new Error(`${objective.name} takes no prior: leave it out, or train rtb or trust-pcl.`);
  }
}

function recipe(options: CompleteTraining['optimizer']): OptimizerRecipe | undefined {
  return typeof options === 'function' ? options : options && recipeOf(options);
}
