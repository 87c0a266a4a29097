import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DeviceLimitError, DeviceLostError, ShaderError } from '../../src/device/errors.ts';
import { webgpuDevice } from '../../src/device/webgpu/webgpu.ts';
import { runtimeName } from '../../src/node/runtime.ts';
import { openNodeGpu, requestNodeAdapter } from '../../src/node/webgpu.ts';
import * as ops from '../../src/ops/index.ts';
import { compile } from '../../src/plan/index.ts';
import { createTape, variable } from '../../src/tape/index.ts';
import { fakeGpu, webgpuConstants } from '../setup/fake-gpu.ts';

// What drivers other than that of the tests do, on GPUs made for it.
beforeEach(() => {
  for (const [name, value] of Object.entries(webgpuConstants)) vi.stubGlobal(name, value);
});
afterEach(() => vi.unstubAllGlobals());

/** A product, which a GPU with subgroups has a kernel of its own for. */
function productPlan() {
  const tape = createTape();
  const x = tape.read(variable('x', 'f32', [64, 64]));
  return compile(tape, { y: ops.dense(x, tape.read(variable('w', 'f32', [64, 64]))) });
}

function smallPlan() {
  const tape = createTape();
  return compile(tape, { y: ops.multiply(tape.read(variable('x', 'f32', [64])), 3) });
}

test('a pipeline that is refused before the loss of its GPU is told of ends as the loss', async () => {
  const { gpu, lose } = fakeGpu({
    refusal: () => {
      setTimeout(lose, 20);
      return 'Parent device is lost';
    },
  });
  const device = webgpuDevice(gpu);
  const error = await device.prepare(smallPlan()).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(DeviceLostError);
  expect(error).toMatchObject({ reason: 'lost', message: expect.stringContaining('the driver was reset') });
});

test('a pipeline that is refused on a GPU that stays is a shader error', async () => {
  const device = webgpuDevice(fakeGpu({ refusal: () => 'too many registers' }).gpu);
  await expect(device.prepare(smallPlan())).rejects.toThrow(ShaderError);
});

test('if a compiler rejects the subgroups that its adapter lists, kernels without them are used from then on', async () => {
  const { gpu, compiled } = fakeGpu({
    features: ['subgroups'],
    refusal: (code) => (code.includes('enable subgroups') ? 'the `subgroups` extension is not supported' : undefined),
  });
  const asked = vi.spyOn(gpu, 'createShaderModule');
  const device = webgpuDevice(gpu, 'fake', undefined, { emulated: true });
  await device.prepare(productPlan());
  expect(compiled.length).toBeGreaterThan(0);
  const withSubgroups = () => asked.mock.calls.filter(([{ code }]) => code.includes('enable subgroups')).length;
  const refused = withSubgroups();
  expect(refused).toBeGreaterThan(0);
  await device.prepare(productPlan());
  expect(withSubgroups()).toBe(refused);
});

test('an upload of no bytes makes no call', async () => {
  const sizes: number[] = [];
  const { gpu } = fakeGpu({ onWrite: (_, __, bytes) => void sizes.push(bytes) });
  const device = webgpuDevice(gpu);
  const tape = createTape();
  const none = variable('none', 'f32', [0], new Float32Array(0));
  const y = ops.concat([tape.read(none), tape.constant('f32', [0], []), tape.constant('f32', [1], [4])], 0);
  await device.prepare(compile(tape, { y }));
  device.write(none, []);
  device.write(variable('one', 'f32', [1]), [1]);
  expect(sizes).toContain(4);
  expect(Math.min(...sizes)).toBeGreaterThan(0);
});

test('a variable that its buffer would round up past what the device allows is refused before anything is reserved', async () => {
  const { gpu } = fakeGpu({ limits: { maxBufferSize: 2 ** 20 - 1 } });
  const create = vi.spyOn(gpu, 'createBuffer');
  const device = webgpuDevice(gpu);
  const planWith = (bytes: number) => {
    const tape = createTape();
    const table = variable('table', 'f32', [bytes / 4]);
    return compile(tape, { y: ops.sum(tape.read(table, { offset: 0, shape: [64] })) });
  };
  const refused = device.prepare(planWith(2 ** 20 - 4));
  await expect(refused).rejects.toThrow(DeviceLimitError);
  await expect(refused).rejects.toThrow(
    /variable table takes bytes: 1048576, but this device's maxBufferSize is 1048575/,
  );
  expect(create).not.toHaveBeenCalled();
  await device.prepare(planWith(2 ** 20 - 256));
});

test("a runtime's own WebGPU is preferred to Dawn's", async () => {
  const adapter = { info: {} };
  const gpu = { requestAdapter: async () => adapter };
  vi.stubGlobal('navigator', { gpu });
  expect(await openNodeGpu()).toBe(gpu);
  expect(await requestNodeAdapter()).toBe(adapter);
  // Options are Dawn's.
  expect(await openNodeGpu({ dawn: [] })).not.toBe(gpu);
});

test('a runtime is named correctly', () => {
  const process = { versions: { node: '24.1.0' } };
  expect(runtimeName({ process })).toBe('Node 24.1.0');
  expect(runtimeName({ process, Deno: { version: { deno: '2.9.6' } } })).toBe('Deno 2.9.6');
  expect(runtimeName({ process, Bun: { version: '1.4.5' } })).toBe('Bun 1.4.5');
  expect(runtimeName()).toBe(`Node ${globalThis.process.versions.node}`);
});
