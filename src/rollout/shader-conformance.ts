import type { Device } from '../device/device.ts';
import { deviceScope } from '../device/scope.ts';
import { show } from '../environment/conformance-report.ts';
import type { Problem } from '../environment/environment.ts';
import { sampleStates } from '../environment/rows.ts';
import { isClose } from '../gradcheck/relative-error.ts';
import { rowProgram } from '../ops/index.ts';
import { compile } from '../plan/index.ts';
import { randomFrom } from '../random/random-from.ts';
import { createTape, type TensorType, variable, writeTo } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import { backwardDisagreement } from './backward-conformance.ts';
import { environmentPrograms, hasShaders, logUniformBackward, recordObservation } from './programs.ts';

/** The states at which WGSL is compared with TypeScript. */
export interface ShaderConformanceOptions {
  /** Determines the states. */
  readonly seed?: number;
  /** The number of states; 100 by default. */
  readonly states?: number;
}

/** WGSL's logarithm is good to 3 units in the last place, and a reward is a few operations on numbers of its size. */
const tolerance = 1e-4;

/**
 * Compares the WGSL of a problem with its TypeScript, which `assertConformance` examines. At states of random walks it
 * compares observation and allowed actions; for an allowed action the child, whether it is terminal, its number of
 * backward actions and its reward; and the way back. If WGSL disagreed, training would use a different problem from
 * evaluation.
 *
 * @param device a webgpu device
 * @throws Error that names the function, the state and both results
 */
export async function assertShaderConformance(
  device: Device,
  problem: Problem,
  options: ShaderConformanceOptions = {},
): Promise<void> {
  checkGiven('assertShaderConformance', { device }, 'device');
  checkGiven('assertShaderConformance', { problem }, 'problem');
  checkGiven('assertShaderConformance', { options }, 'object?');
  const { seed = 1, states: count = 100 } = options;
  const { environment, reward } = problem;
  if (!environment.rows && device.kind !== 'webgpu') {
    throw new Error(`WGSL runs on a webgpu device, not on ${device.kind}.`);
  }
  if (!hasShaders(problem)) throw new Error(`${environment.name} and ${reward.name} need WGSL, both of them.`);
  const { stateSize, actionCount, backwardActionCount, observation } = environment;
  const states = sampleStates(environment, seed, count);
  const stateAt = (n: number) => states.slice(n * stateSize, (n + 1) * stateSize);
  const disagree = (n: number, functions: string, found: unknown, expected: unknown): never => {
    throw new Error(
      `The WGSL of ${environment.name} disagrees with its TypeScript: at ${show(environment, stateAt(n))} ${functions} ` +
        `gives ${String(found)}, and in TypeScript ${String(expected)}.`,
    );
  };

  const { size } = observation;
  const mask = new Int32Array(actionCount);
  const random = randomFrom(seed);
  const moving: number[] = [];
  const actions: number[] = [];
  const masks = new Int32Array(count * actionCount);
  for (let n = 0; n < count; n++) {
    environment.forwardMask(stateAt(n), mask);
    masks.set(mask, n * actionCount);
    const allowed = [...mask.keys()].filter((action) => mask[action] !== 0);
    if (allowed.length === 0) continue;
    moving.push(n);
    actions.push(allowed[Math.floor(random() * allowed.length)]);
  }

  const scope = deviceScope(device);
  try {
    const programs = environmentPrograms(problem);
    const tape = createTape();
    const all = tape.constant(
      'i32',
      [count],
      Int32Array.from({ length: count }, (_, n) => n),
    );
    const type = (dtype: 'i32' | 'f32', ...shape: number[]): TensorType => ({ dtype, shape });
    const [seen, allowed] = rowProgram(
      tape,
      programs.observe,
      count,
      [all, tape.constant('i32', [count, stateSize], states)],
      [type(observation.dtype, count, size), type('i32', count, actionCount)],
    );
    const children = variable('conformance/states', 'i32', [count, stateSize], states);
    const active = variable('conformance/active', 'i32', [count], new Int32Array(count).fill(1));
    const inputs = [tape.constant('i32', [moving.length], moving), tape.constant('i32', [moving.length], actions)];
    const { table } = programs;
    if (table) inputs.push(tape.read(variable('conformance/table', 'f32', [table.length], table)));
    const writes = [writeTo(children), writeTo(active)];
    const each = type('f32', moving.length);
    const [logBackward, logReward] = rowProgram(tape, programs.advance, moving.length, inputs, [each, each], writes);
    const started = variable('conformance/started', 'i32', [1, stateSize], new Int32Array(stateSize).fill(-7));
    const ready = variable('conformance/ready', 'i32', [1]);
    rowProgram(tape, programs.reset, 1, [], [], [writeTo(started), writeTo(ready)]);
    const executable = await scope.prepare(compile(tape, { seen, allowed, logBackward, logReward }));
    executable.run();

    const initial = new Int32Array(stateSize);
    environment.initial(initial);
    const begun = Int32Array.from(await scope.read(started));
    if (begun.join() !== initial.join()) disagree(0, 'initial', `[${begun.join(', ')}]`, `[${initial.join(', ')}]`);

    const [found, mayBe] = await Promise.all([executable.read('seen'), executable.read('allowed')]);
    const expected = observation.rows(count);
    const observe = recordObservation(environment);
    for (let n = 0; n < count; n++) observe(stateAt(n), expected, n);
    for (let i = 0; i < expected.length; i++) {
      const [value, wanted] = [found[i], expected[i]];
      const close = observation.dtype === 'f32' ? isClose(value, wanted, tolerance) : value === wanted;
      if (!close) disagree(Math.floor(i / size), `${observation.shaderFunction} ${i % size}`, value, wanted);
    }
    for (let i = 0; i < masks.length; i++) {
      if ((mayBe[i] !== 0) === (masks[i] !== 0)) continue;
      disagree(
        Math.floor(i / actionCount),
        `forward_allowed of action ${i % actionCount}`,
        mayBe[i] !== 0,
        masks[i] !== 0,
      );
    }

    const [after, still] = await Promise.all([scope.read(children), scope.read(active)]);
    const [backward, rewards] = await Promise.all([executable.read('logBackward'), executable.read('logReward')]);
    const backwardMask = new Int32Array(backwardActionCount);
    for (const [i, n] of moving.entries()) {
      const child = stateAt(n);
      environment.step(child, actions[i]);
      const arrived = Int32Array.from(after.slice(n * stateSize, (n + 1) * stateSize));
      const taken = `step with action ${actions[i]}`;
      if (arrived.join() !== child.join()) disagree(n, taken, `[${arrived.join(', ')}]`, `[${child.join(', ')}]`);
      const terminal = environment.isTerminal(child);
      if ((still[n] === 0) !== terminal) disagree(n, `is_terminal after ${taken}`, still[n] === 0, terminal);
      const parents = Math.exp(-logUniformBackward(environment, child, backwardMask));
      const counted = Math.exp(-backward[i]);
      if (!isClose(counted, parents, tolerance))
        disagree(n, `backward_allowed after ${taken}`, `${counted} ways back`, parents);
      if (!terminal) continue;
      const worth = reward.logReward(child);
      if (!isClose(rewards[i], worth, tolerance)) disagree(n, `log_reward after ${taken}`, rewards[i], worth);
    }

    const steps = {
      states: Int32Array.from(moving.flatMap((n) => [...stateAt(n)])),
      actions: Int32Array.from(actions),
      children: Int32Array.from(moving.flatMap((n) => [...after.slice(n * stateSize, (n + 1) * stateSize)])),
    };
    const back = await backwardDisagreement(scope, environment, steps);
    if (!back) return;
    const taken = `${back.functions} after step with action ${actions[back.step]}`;
    disagree(moving[back.step], taken, back.found, back.expected);
  } finally {
    scope.destroy();
  }
}
