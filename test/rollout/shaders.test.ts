import { beforeAll, describe, expect, test } from 'vitest';
import type { Problem } from '../../src/environment/environment.ts';
import { sampleStates } from '../../src/environment/rows.ts';
import { evaluate } from '../../src/gradcheck/index.ts';
import { rowProgram } from '../../src/ops/index.ts';
import { problemDefinitions } from '../../src/problems/listed.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import { backwardPrograms, environmentPrograms, hasShaders } from '../../src/rollout/index.ts';
import { createTape, variable, writeTo } from '../../src/tape/index.ts';
import { onEach, testDevices } from '../setup/devices.ts';
import { gridProblem, namedProblem, pairsProblem } from './problems.ts';

const count = 150;

/** Files of a user's own, of the problems that take one. */
const ownFiles: Readonly<Record<string, string>> = {
  table: 'sequence,score\nabca,1\nbbac,2\ncabb,0.5\n',
  dag: 'x,y,z\n0.5,1,2\n1,-1,0\n2,0.25,1\n-1,2,0.5\n',
};

/** Numbers in [0, 1) in place of a data folder's tables. */
async function scores(file: string): Promise<Uint8Array> {
  const random = randomFrom(3);
  const size = file.startsWith('tfbind8') ? 4 ** 8 : 11 ** 5;
  return new Uint8Array(Float32Array.from({ length: size }, random).buffer);
}

/** Rewards that take time, loop over an alignment or are learnt, and graphs of states, are stepped on the host, without WGSL. */
const onHost = ['molecules', 'qm9-atoms', 'seh', 'phylo', 'state-graph', 'ising-couplings'];
const names = problemDefinitions.map(({ name }) => name).filter((name) => !onHost.includes(name));

const shipped: readonly [string, () => Promise<Problem>][] = [
  ...names.map((name): [string, () => Promise<Problem>] => [
    name,
    // Peptides have a score of their own where no weights are given.
    () =>
      namedProblem(
        name,
        {},
        name === 'amp' ? undefined : name in ownFiles ? async () => new TextEncoder().encode(ownFiles[name]) : scores,
      ),
  ]),
  ['hypergrid of 5 x 3, hard', async () => gridProblem(5, 3, 'hard')],
  ['hypergrid of 1 x 16', async () => gridProblem(1, 16)],
  ['painted hypergrid', () => namedProblem('hypergrid', { side: 4, reward: 'painted', painting: '0123456789012345' })],
  ['bit-sequence of 5 x 1', () => namedProblem('bit-sequence', { length: 5, wordSize: 1, modes: 1 })],
  ['bit-sequence of 15 x 8', () => namedProblem('bit-sequence', { length: 120, wordSize: 8 })],
];

describe.each(shipped)('%s', (_, create) => {
  let problem: Problem;
  let states: Int32Array;
  beforeAll(async () => {
    problem = await create();
    states = sampleStates(problem.environment, 5, count);
  });
  const stateAt = (n: number) =>
    states.slice(n * problem.environment.stateSize, (n + 1) * problem.environment.stateSize);
  const each = <T>(of: (state: Int32Array) => ArrayLike<T>): T[] =>
    Array.from({ length: count }, (_, n) => Array.from(of(stateAt(n)))).flat();
  const forwardMask = (state: Int32Array) => {
    const mask = new Int32Array(problem.environment.actionCount);
    problem.environment.forwardMask(state, mask);
    return mask;
  };

  test('has shaders', () => {
    expect(hasShaders(problem)).toBe(true);
  });

  onEach(testDevices, (open) => {
    test('resets every row to the initial state', async () => {
      const { environment } = problem;
      const device = await open();
      const tape = createTape();
      const rows = variable('states', 'i32', [count, environment.stateSize], states);
      const active = variable('active', 'i32', [count]);
      rowProgram(tape, environmentPrograms(problem).reset, count, [], [], [writeTo(rows), writeTo(active)]);
      await evaluate(device, tape, {});
      const initial = new Int32Array(environment.stateSize);
      environment.initial(initial);
      expect(Array.from(await device.read(rows))).toEqual(each(() => initial));
      expect(Array.from(await device.read(active))).toEqual(new Array(count).fill(1));
    });

    test('observes as the TypeScript does, terminal states too', async () => {
      const { environment } = problem;
      const { observation, actionCount, stateSize } = environment;
      const size = environment.observation.size;
      const dtype = observation.kind !== 'features' ? 'i32' : 'f32';
      const tape = createTape();
      // Row n looks at state count - 1 - n.
      const trajectory = tape.constant(
        'i32',
        [count],
        Array.from({ length: count }, (_, n) => count - 1 - n),
      );
      const [seen, mask] = rowProgram(
        tape,
        environmentPrograms(problem).observe,
        count,
        [trajectory, tape.constant('i32', [count, stateSize], states)],
        [
          { dtype, shape: [count, size] },
          { dtype: 'i32', shape: [count, actionCount] },
        ],
      );
      const found = await evaluate(await open(), tape, { seen, mask });
      const reversed = (numbers: ArrayLike<number>, width: number) =>
        Array.from({ length: count }, (_, n) =>
          Array.from({ length: width }, (_, i) => numbers[(count - 1 - n) * width + i]),
        ).flat();
      const encode = (state: Int32Array) => {
        if (observation.kind !== 'features') {
          const tokens = new Int32Array(size);
          observation.encode(state, tokens);
          return tokens;
        }
        const features = new Float32Array(size);
        observation.encode(state, features);
        return features;
      };
      expect(reversed(found.seen, size)).toEqual(each(encode));
      expect(reversed(found.mask, actionCount)).toEqual(each(forwardMask));
    });

    test('advances as the TypeScript does, with the rewards of terminal states', async () => {
      const { environment, reward } = problem;
      const { stateSize } = environment;
      const device = await open();
      const random = randomFrom(11);
      const moving = Array.from({ length: count }, (_, n) => n).filter((n) => !environment.isTerminal(stateAt(n)));
      const actions = moving.map((n) => {
        const allowed = [...forwardMask(stateAt(n)).entries()].filter(([, bit]) => bit !== 0);
        return allowed[Math.floor(random() * allowed.length)][0];
      });

      const tape = createTape();
      const rows = variable('states', 'i32', [count, stateSize], states);
      const active = variable('active', 'i32', [count], new Int32Array(count).fill(1));
      const inputs = [tape.constant('i32', [moving.length], moving), tape.constant('i32', [moving.length], actions)];
      if (reward.table) inputs.push(tape.read(variable('table', 'f32', [reward.table.length], reward.table)));
      const type = { dtype: 'f32', shape: [moving.length] } as const;
      const writes = [writeTo(rows), writeTo(active)];
      const { advance } = environmentPrograms(problem);
      const [logBackward, logReward] = rowProgram(tape, advance, moving.length, inputs, [type, type], writes);
      const found = await evaluate(device, tape, { logBackward, logReward });
      const after = Int32Array.from(await device.read(rows));
      const stillActive = await device.read(active);

      const backwardMask = new Int32Array(environment.backwardActionCount);
      const expected = states.slice();
      const expectedActive = new Array<number>(count).fill(1);
      moving.forEach((n, i) => {
        const child = expected.subarray(n * stateSize, (n + 1) * stateSize);
        environment.step(child, actions[i]);
        environment.backwardMask(child, backwardMask);
        const parents = backwardMask.reduce((a, b) => a + b, 0);
        const terminal = environment.isTerminal(child);
        if (terminal) expectedActive[n] = 0;
        // Float32 holds numbers of up to 50 to 2e-6; WGSL's log is good to 3 units in that place.
        expect(Math.abs(found.logBackward[i] + Math.log(parents))).toBeLessThan(1e-5);
        const logReward = terminal ? reward.logReward(child) : 0;
        // Sums of at most some dozen terms in float32: a rounding each, of numbers as large as the sum.
        const allowed = 24 * 2 ** -24 * Math.max(1, Math.abs(logReward));
        expect(Math.abs(found.logReward[i] - logReward)).toBeLessThanOrEqual(allowed);
      });
      expect(Array.from(after)).toEqual(Array.from(expected));
      expect(Array.from(stillActive)).toEqual(expectedActive);
      expect(expectedActive).toContain(0);
    });
  });

  onEach(testDevices, (open) => {
    test('knows the backward action that undoes each action', async () => {
      const { environment } = problem;
      const { stateSize } = environment;
      const rows: number[] = [];
      const taken: number[] = [];
      for (let n = 0; n < count; n++) {
        forwardMask(stateAt(n)).forEach((allowed, action) => {
          if (!allowed) return;
          rows.push(n);
          taken.push(action);
        });
      }
      const tape = createTape();
      const integers = (values: readonly number[]) => tape.constant('i32', [values.length], Int32Array.from(values));
      const [found] = rowProgram(
        tape,
        backwardPrograms(environment).undo,
        rows.length,
        [integers(rows), integers(taken), tape.constant('i32', [count, stateSize], states)],
        [{ dtype: 'i32', shape: [rows.length] }],
      );
      const { actions } = await evaluate(await open(), tape, { actions: found });
      const expected = rows.map((n, i) => environment.backwardAction(stateAt(n), taken[i]));
      expect(Array.from(actions)).toEqual(expected);
    });
  });
});

test('an environment in TypeScript alone has no shaders', () => {
  expect(hasShaders(pairsProblem())).toBe(false);
});
