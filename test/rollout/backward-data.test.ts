import { describe, expect, test } from 'vitest';
import type { Device, Numbers } from '../../src/device/device.ts';
import type { Problem } from '../../src/environment/environment.ts';
import { evaluate } from '../../src/gradcheck/index.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import {
  hasShaders,
  prepareHostRollout,
  type RolloutOptions,
  recordRollout,
  type Trajectories,
} from '../../src/rollout/index.ts';
import { createTape, type Tape, type Tensor } from '../../src/tape/index.ts';
import { maskAt, observe, parentsAt } from '../objective/walks.ts';
import { onEach, referenceDevice, testDevices } from '../setup/devices.ts';
import { prepareSample } from './batch.ts';
import { gridProblem, namedProblem, pairsProblem, stringsProblem } from './problems.ts';

const everything = { backward: true, parents: true };

/** Numbers in [0, 1) in place of a measured table. */
const scores = async () => new Uint8Array(Float32Array.from({ length: 11 ** 5 }, randomFrom(3)).buffer);

const problems: readonly [string, () => Problem | Promise<Problem>, number][] = [
  ['a hypergrid', () => gridProblem(3, 4), 9],
  ['strings written from one end', stringsProblem, 5],
  ['strings written from both ends', () => namedProblem('qm9-string', {}, scores), 6],
  ['words placed in any order', () => namedProblem('bit-sequence', { length: 8, wordSize: 2, modes: 2 }), 6],
  ['pairs, an environment without a shader', pairsProblem, 8],
];

/** The columns of trajectories that were asked for everything, and what it takes to play them again. */
function columns({ backward, parents, action, trajectory }: Trajectories): Record<string, Tensor> {
  if (!backward || !parents) throw new Error('nothing was recorded');
  return {
    childObservation: backward.observation,
    childMask: backward.mask,
    backwardAction: backward.action,
    parentObservation: parents.observation,
    parentMask: parents.mask,
    parentAction: parents.action,
    action,
    trajectory,
  };
}

async function sampleColumns(device: Device, options: RolloutOptions): Promise<Record<string, Numbers>> {
  if (device.kind === 'webgpu' && !hasShaders(options.problem)) return sampleColumnsOnHost(device, options);
  const tape = createTape();
  return evaluate(device, tape, columns(recordRollout(tape, options)));
}

async function sampleColumnsOnHost(device: Device, options: RolloutOptions): Promise<Record<string, Numbers>> {
  const rollout = await prepareHostRollout(device, options);
  await rollout.sample();
  const tape = createTape();
  return evaluate(device, tape, columns(rollout.trajectories(tape)));
}

/** Plays the trajectories again and compares every row with what the environment's TypeScript says. */
function expectRecorded({ environment }: Problem, batch: number, found: Record<string, Numbers>): void {
  const { stateSize, backwardActionCount } = environment;
  const size = environment.observation.size;
  const states = Array.from({ length: batch }, () => new Int32Array(stateSize));
  for (const state of states) environment.initial(state);
  const row = (name: string, n: number, width: number) => Array.from(found[name].slice(n * width, (n + 1) * width));
  for (let n = 0; n < found.action.length; n++) {
    const child = states[found.trajectory[n]];
    const parent = child.slice();
    environment.step(child, found.action[n]);
    const mask = maskAt(environment.backwardMask.bind(environment), child, backwardActionCount);
    expect(row('childObservation', n, size)).toEqual([...observe(environment, child)]);
    expect(row('childMask', n, backwardActionCount)).toEqual([...mask]);
    expect(found.backwardAction[n]).toBe(environment.backwardAction(parent, found.action[n]));
    const undone = child.slice();
    environment.backwardStep(undone, found.backwardAction[n]);
    expect(undone).toEqual(parent);

    const parents = parentsAt(environment, child);
    expect(row('parentMask', n, backwardActionCount)).toEqual([...mask]);
    expect(row('parentAction', n, backwardActionCount)).toEqual(parents.map(({ action }) => action));
    expect(row('parentObservation', n, size * backwardActionCount)).toEqual(
      parents.flatMap(({ observation }) => observation),
    );
    expect(found.parentAction[n * backwardActionCount + found.backwardAction[n]]).toBe(found.action[n]);
  }
  expect(states.every((state) => environment.isTerminal(state))).toBe(true);
}

describe.each(problems)('rollouts of %s', (_, create, batch) => {
  onEach(testDevices, (open) => {
    test('record the children, what undoes each step, and all parents', async () => {
      const problem = await create();
      const options = { ...prepareSample(problem, { batch, scale: 3 }), needs: everything };
      expectRecorded(problem, batch, await sampleColumns(await open(), options));
    });
  });

  test('record the same when they are stepped on the host', async () => {
    const problem = await create();
    const device = await referenceDevice.open();
    const options = { ...prepareSample(problem, { batch, scale: 3 }), needs: everything };
    const found = await sampleColumnsOnHost(device, options);
    expectRecorded(problem, batch, found);
    expect(found).toEqual(await sampleColumns(device, options));
  });
});

test('record only what is requested', async () => {
  const options = prepareSample(gridProblem(2, 4), { batch: 3 });
  const device = await referenceDevice.open();
  const rollout = async (needs?: RolloutOptions['needs']) => {
    const asked = needs ? { ...options, needs } : options;
    const tape = createTape();
    const host = createTape();
    return {
      tape,
      trajectories: recordRollout(tape, asked),
      onHost: (await prepareHostRollout(device, asked)).trajectories(host),
    };
  };
  const plain = await rollout();
  for (const [needs, backward, parents] of [
    [undefined, false, false],
    [{}, false, false],
    [{ backward: true }, true, false],
    [{ parents: true }, false, true],
    [{ backward: false, parents: true }, false, true],
    [everything, true, true],
  ] as const) {
    const { tape, trajectories, onHost } = await rollout(needs);
    for (const each of [trajectories, onHost]) {
      expect(each.backward !== undefined).toBe(backward);
      expect(each.parents !== undefined).toBe(parents);
    }
    // Two more row programs for the children, one for the parents.
    expect(programsOf(tape) - programsOf(plain.tape)).toBe((backward ? 2 : 0) + (parents ? 1 : 0));
  }
});

const programsOf = (tape: Tape) => tape.nodes.filter(({ operation }) => operation.name === 'rowProgram').length;
