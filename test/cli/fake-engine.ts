import { PassThrough } from 'node:stream';
import type { Engine, EngineDevice, Progress, Training } from '../../src/cli/engine.ts';
import { runCommandLine } from '../../src/cli/program.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import type { AnyProblem } from '../../src/environment/environment.ts';
import { flag, integer, rate, share } from '../../src/options/index.ts';
import { problemDefinitions } from '../../src/problems/listed.ts';
import type { RunConfig } from '../../src/run/run-config.ts';
import type { Metrics, Snapshot } from '../../src/train/index.ts';
import { smallState } from '../setup/states.ts';

/** An engine that learns nothing, at once: it stands for the library in tests of the command line. */
export interface FakeEngine extends Engine {
  /** What runs were asked for. */
  readonly trained: { config: RunConfig; problem: AnyProblem; from?: Snapshot }[];
  /** Devices that were opened and not closed. */
  readonly openDevices: () => number;
}

export interface FakeBehaviour {
  /** Called before each iteration's progress is given. */
  readonly beforeIteration?: (step: number) => void;
  /** What `device.train` does first. */
  readonly beforeTraining?: () => void;
  readonly hasGpu?: boolean;
}

export function fakeEngine({ beforeIteration, beforeTraining, hasGpu = false }: FakeBehaviour = {}): FakeEngine {
  const trained: FakeEngine['trained'] = [];
  let open = 0;
  const device: EngineDevice = {
    kind: hasGpu ? 'webgpu' : 'cpu',
    description: 'a fake of 1 thread',
    why: 'this is a test',
    async train(config, problem, from) {
      beforeTraining?.();
      trained.push({ config, problem, ...(from === undefined ? {} : { from }) });
      return fakeTraining(config, beforeIteration, from);
    },
    evaluate: async (_, { config, snapshot }) => ({ totalVariation: 0.25, seed: config.seed, step: snapshot.step }),
    gradientVariances: async (_, { config }, { batches }) => ({
      'gradientVariance/totalReturn': batches,
      'gradientVariance/rewardToGo': config.seed,
    }),
    async *sample(_, __, { count, seed }) {
      for (let i = 0; i < count; i++) {
        yield {
          text: `(${seed}, ${i}).`,
          state: Int32Array.of(seed, i, 1),
          logReward: -1.5,
          logProbability: -2.25,
          probability: Math.exp(-2.25),
        };
      }
    },
    close: () => {
      open--;
    },
  };
  return {
    trained,
    openDevices: () => open,
    problems: problemDefinitions,
    objectives: [
      {
        name: 'ent-ppo',
        functionName: 'entPpo',
        summary: 'Proximal policy optimisation with an entropy-regularised advantage.',
        offPolicy: false,
        options: {
          learningRate: rate(1e-3, 'learning rate of the policy'),
          policyUpdates: integer(4, { min: 1, max: 1000, symbol: 'K', help: 'policy updates on each batch' }),
          lambda: share(0.7, 'trace decay'),
        },
      },
      {
        name: 'tb',
        functionName: 'trajectoryBalance',
        summary: 'Trajectory balance.',
        offPolicy: true,
        options: { huber: flag(false, 'a loss that grows linearly') },
      },
    ],
    presets: [
      {
        name: 'paper',
        summary: 'as published',
        settings: (problem, objective) =>
          problem === 'hypergrid'
            ? {
                problemOptions: { dimension: 4, side: 20 },
                steps: 31_250,
                evaluateEvery: 500,
                objectiveOptions: objective === 'ent-ppo' ? { lambda: 0.5 } : {},
              }
            : undefined,
      },
    ],
    defaults: () => ({
      problemOptions: {},
      objectiveOptions: {},
      trainingOptions: {},
      steps: 40,
      batch: 16,
      evaluateEvery: 10,
    }),
    async openDevice(preference) {
      if (preference === 'webgpu' && !hasGpu) throw new Error('There is no WebGPU adapter. Use --device cpu.');
      open++;
      return device;
    },
    async openChemistry() {
      throw new Error('There is no chemistry in this test.');
    },
    evaluateUniform: async (problem) => ({ totalVariation: 0.5, meanLength: problem.environment.maxSteps }),
    diagnose: async () => ({
      webgpu: hasGpu
        ? { adapters: [{ description: 'Fake 9000', features: ['f16'], limits: { maxBufferSize: 2 ** 30 } }] }
        : { adapters: [], problem: 'No adapter was found.' },
      cpu: { description: 'WebAssembly with SIMD' },
      choice: { kind: hasGpu ? 'webgpu' : 'cpu', description: 'a fake', why: 'this is a test' },
      advice: hasGpu ? [] : ['Install a driver.'],
    }),
  };
}

function fakeTraining(
  config: RunConfig,
  beforeIteration: FakeBehaviour['beforeIteration'],
  from: Snapshot | undefined,
): Training {
  const { steps, batch, evaluateEvery = steps } = config;
  let stopped = false;
  let done = from === undefined ? 0 : from.step + 1;
  let reported = from?.step ?? 0;
  let metrics = from?.metrics;
  const snapshot = (): Snapshot => ({
    ...smallState(reported, config.seed),
    ...(metrics === undefined ? {} : { metrics }),
  });
  const figures = (): Metrics => ({ totalVariation: 1 / (1 + done), elboGap: -2 / (1 + done), logPartition: 5 });
  return {
    parameters: 1234,
    bytes: { arena: 5_400_000, variables: 98_000 },
    best: () => undefined,
    stop: () => {
      stopped = true;
    },
    evaluate: async () => figures(),
    distribution: async () => ({
      target: Float64Array.of(0.25, 0.25, 0.25, 0.25),
      learnt: Float64Array.of(0.1, 0.2, 0.3, 0.4),
      shape: [2, 2],
    }),
    snapshot: async () => snapshot(),
    lastSnapshot: snapshot,
    async *[Symbol.asyncIterator]() {
      for (; done <= steps && !stopped; done++) {
        beforeIteration?.(done);
        const progress: Progress = {
          step: done,
          steps,
          trajectories: done * batch,
          secondsElapsed: done / 100,
          trajectoriesPerSecond: 100 * batch,
          loss: 1 / (1 + done),
        };
        reported = done;
        const isDue = done % evaluateEvery === 0 || done === steps;
        if (isDue) metrics = figures();
        yield metrics !== undefined && isDue ? { ...progress, metrics } : progress;
      }
      done--;
    },
  };
}

export interface FakeTerminal extends Terminal {
  readonly written: () => { stdout: string; stderr: string };
  /** Asks the program to end, as Ctrl-C does. */
  readonly interrupt: (signal: number) => void;
  readonly listeners: () => number;
}

export function fakeTerminal(): FakeTerminal {
  const listeners = new Set<(signal: number) => void>();
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const texts = { stdout: '', stderr: '' };
  stdout.on('data', (chunk) => {
    texts.stdout += chunk;
  });
  stderr.on('data', (chunk) => {
    texts.stderr += chunk;
  });
  return {
    stdout,
    stderr,
    written: () => texts,
    listeners: () => listeners.size,
    interrupt: (signal) => {
      for (const listener of listeners) listener(signal);
    },
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Runs a command line on a fake engine: its exit code and what it wrote. */
export async function flowtape(
  words: readonly string[],
  engine: Engine = fakeEngine(),
  terminal: FakeTerminal = fakeTerminal(),
): Promise<{ code: number; stdout: string; stderr: string }> {
  const code = await runCommandLine(words, { engine, terminal, version: '1.2.3' });
  // What was written last is read in the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  return { code, ...terminal.written() };
}
