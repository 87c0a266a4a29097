import { expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import { ShaderError } from '../../src/device/errors.ts';
import { openWebgpuDevice, webgpuDevice } from '../../src/device/webgpu/webgpu.ts';
import type { Problem } from '../../src/environment/environment.ts';
import { trajectoryBalance } from '../../src/objective/index.ts';
import * as ops from '../../src/ops/index.ts';
import { compile } from '../../src/plan/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { createTrainer } from '../../src/train/index.ts';
import { gridInWgsl } from '../rollout/grid-in-wgsl.ts';
import { given } from '../setup/arbitraries.ts';
import { testAdapter } from '../setup/gpu.ts';

/** A hypergrid whose WGSL was altered, as a user's who made a mistake. */
function brokenProblem(change: (code: string) => string): Problem {
  const { environment, reward } = gridInWgsl(2, 4);
  const code = change(environment.shader?.code ?? '');
  return {
    environment: { ...environment, name: 'my-grid', shader: { code } },
    reward,
  };
}

const train = (device: Device, problem: Problem) =>
  createTrainer({ device, problem, objective: trajectoryBalance(), steps: 1, batch: 2 }).catch(
    (error: unknown) => error,
  );

async function sumOf(device: Device): Promise<Float32Array> {
  const tape = createTape();
  const executable = await device.prepare(compile(tape, { y: ops.sum(given(tape, [2], Float32Array.of(1, 2))) }));
  executable.run();
  const numbers = await executable.read('y');
  executable.release();
  return Float32Array.from(numbers);
}

// Where the whole rollout is one launch, and where environment and network are launches of their own.
test.each([
  ['in one launch', true],
  ['step by step', false],
])(
  'an environment whose WGSL does not compile is named, with the line, where a rollout runs %s',
  async (_, wholeRollouts) => {
    const device = await openWebgpuDevice(await testAdapter(), { wholeRollouts });
    await sumOf(device);
    const error = await train(
      device,
      brokenProblem((code) => `${code}\nfn helper() -> i32 { return no_such_name + 1; }\n`),
    );
    expect(error).toBeInstanceOf(ShaderError);
    const { message } = error as Error;
    expect(message).toMatch(/^webgpu device: kernel .*, which holds the WGSL of my-grid: .*, does not compile\.\n/);
    // What a compiler says is its own; the line is shown once, by it or by us.
    expect(message).toMatch(/error at \d+:\d+: .*no_such_name/);
    expect(message.split('fn helper() -> i32 { return no_such_name')).toHaveLength(2);
    // The device goes on.
    expect(await sumOf(device)).toEqual(Float32Array.of(3));
    device.destroy();
  },
);

test('an environment whose WGSL lacks a function is told which', async () => {
  const device = await openWebgpuDevice(await testAdapter());
  const error = await train(
    device,
    brokenProblem((code) => code.replaceAll('is_terminal', 'is_final')),
  );
  expect(error).toBeInstanceOf(ShaderError);
  expect((error as Error).message).toMatch(/my-grid: .*is_terminal/s);
  device.destroy();
});

test('a kernel that could not be compiled once is compiled when it is asked for again', async () => {
  const gpu = await (await testAdapter()).requestDevice();
  let refusals = 1;
  const refusing = new Proxy(gpu, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (name === 'createComputePipelineAsync' && refusals-- > 0)
        return () => Promise.reject(new Error('out of memory'));
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const device = webgpuDevice(refusing);
  await expect(sumOf(device)).rejects.toThrow(/does not compile\.\nout of memory/);
  expect(await sumOf(device)).toEqual(Float32Array.of(3));
  gpu.destroy();
});

test('a plan whose shader is refused gives back what it reserved, and leaves no error scope open', async () => {
  const gpu = await (await testAdapter()).requestDevice();
  const device = webgpuDevice(gpu);
  const plan = () => {
    const tape = createTape();
    const x = given(tape, [1000], new Float32Array(1000));
    const buffers = [{ name: 'x' }, { name: 'y' }];
    const program = { name: 'broken', buffers, wgsl: 'fn row(n: i32) { y[n] = z; }', host() {} };
    const [y] = ops.rowProgram(tape, program, 1000, [x], [{ dtype: 'f32', shape: [1000] }]);
    return compile(tape, { y });
  };
  const refused = plan();
  await expect(device.prepare(refused)).rejects.toThrow(ShaderError);
  const { bytes } = device.counts;
  // Refused again for the same reason: what failed is not taken to be compiled, and only variables stay.
  await expect(device.prepare(refused)).rejects.toThrow(/holds the WGSL of broken, does not compile/);
  expect(device.counts.bytes).toBe(bytes);
  expect(bytes).toBe(refused.variables.length * 4096);
  expect(await sumOf(device)).toEqual(Float32Array.of(3));
  await expect(gpu.popErrorScope()).rejects.toThrow();
  gpu.destroy();
});
