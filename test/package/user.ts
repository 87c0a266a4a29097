// A program of a user, for the compiler alone: checked against the package's declarations as they are installed.
import {
  type Device,
  type Environment,
  entPpo,
  hypergrid,
  hypergridReward,
  type Objective,
  openDevice,
  type Problem,
  type Run,
  train,
} from 'flowtape';
import {
  adam,
  type Model,
  mean,
  mlp,
  openWebgpuDevice,
  type Program,
  program,
  square,
  type Tensor,
} from 'flowtape/engine';
import type { Learner } from 'flowtape/extend';
import { type Chemistry, drugFragmentTrees, type Molecule, readSmiles } from 'flowtape/molecules';
import { openNodeChemistry, openNodeDevice, openNodeGpu } from 'flowtape/node';
import { bits, flag, type RowEnvironment, rowEnvironment, rowReward, set, sum } from 'flowtape/rows';
import { assertConformance, checkEnvironment, type Finding, gradcheck } from 'flowtape/testing';
import { createRunClient, type RunClient } from 'flowtape/worker';

const size = { dimension: 2, side: 8 };
const environment: Environment = hypergrid(size);
const problem: Problem = { environment, reward: hypergridReward({ ...size, difficulty: 'easy' }) };

export async function sampler(device: Device): Promise<number[]> {
  const run: Run = await train({ device, problem, objective: entPpo(), steps: 10, batch: 16 });
  const distance: number | undefined = run.metrics.totalVariation;
  const probabilities = (await run.sample(3)).map(({ probability }) => probability);
  await run.close();
  return distance === undefined ? [] : [distance, ...probabilities];
}

export async function perceptron(adapter: GPUAdapter): Promise<Program<'loss'>> {
  const device = await openWebgpuDevice(adapter);
  const net: Model = mlp({ inputs: 2, hidden: [8], outputs: 1 });
  const optimizer = adam(net.parameters, { learningRate: 0.01 });
  const executable = await program(device, (tape) => {
    const loss = mean(square(net(tape.input('x', [1, 2]))));
    optimizer.minimize(loss);
    return { loss };
  });
  // @ts-expect-error: the plan has no output of this name.
  await executable.read('gradient');
  return executable;
}

/** An objective of one's own, as far as types go. */
export function named(objective: Objective, learner: Learner): string {
  return `${objective.name} ${learner.offPolicy}`;
}

/** An environment and a reward of one's own, written once. */
export function packing(weights: Float32Array): Problem {
  const pack: RowEnvironment = rowEnvironment({
    name: 'pack',
    state: { packed: bits(weights.length), closed: flag() },
    actions: {
      pack: {
        count: weights.length,
        allowed: ({ packed }, i) => packed.at(i).not(),
        changes: ({ packed }, i) => [set(packed.at(i), false, true)],
      },
      close: { changes: ({ closed }) => [set(closed, false, true)] },
    },
    isTerminal: ({ closed }) => closed,
    maxSteps: weights.length + 1,
  });
  const reward = rowReward({
    ...{ name: 'weight', of: pack, tables: { weights } },
    logReward: (_, tables) => sum(weights.length, (i) => tables.weights.at(i)),
  });
  return { environment: pack, reward };
}

/** A page's side of a run in a worker. */
export function inWorker(url: URL): RunClient {
  return createRunClient(() => new Worker(url, { type: 'module' }));
}

export async function tests(): Promise<readonly Finding[]> {
  await gradcheck((_, [x]) => mean(square(x as Tensor)), [{ shape: [3], values: [1, 2, 3] }]);
  assertConformance(environment, problem.reward);
  return checkEnvironment(environment, problem.reward);
}

export async function onThisMachine(): Promise<Molecule> {
  const gpu: GPU = await openNodeGpu();
  const { device, why } = await openNodeDevice();
  const other = await openDevice('cpu');
  const chemistry: Chemistry = await openNodeChemistry();
  console.log(gpu, device.kind, why, other, chemistry, drugFragmentTrees);
  return readSmiles('CCO');
}
