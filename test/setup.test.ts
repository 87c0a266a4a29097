import { spawnSync } from 'node:child_process';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { openNodeGpu } from '../src/node/webgpu.ts';
import double from './setup/double.wgsl';
import { testAdapter } from './setup/gpu.ts';
import { patience } from './setup/patience.ts';

test('a .wgsl module is the text of its file, as the package has it: without comments', () => {
  expect(double).not.toContain('//');
  expect(double).toContain('fn double(');
});

test('a compute shader doubles numbers on the adapter', async () => {
  const device = await (await testAdapter()).requestDevice();
  // No multiple of the workgroup's 64, so that the last group is partly idle.
  const input = Float32Array.from({ length: 100 }, (_, i) => i - 50.5);
  const values = device.createBuffer({
    size: input.byteLength,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
  });
  const staging = device.createBuffer({
    size: input.byteLength,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  device.queue.writeBuffer(values, 0, input);
  const pipeline = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code: double }) },
  });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [{ binding: 0, resource: { buffer: values } }],
    }),
  );
  pass.dispatchWorkgroups(Math.ceil(input.length / 64));
  pass.end();
  encoder.copyBufferToBuffer(values, 0, staging, 0, input.byteLength);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  // Exact: doubling a float32 changes its exponent alone.
  expect(new Float32Array(staging.getMappedRange())).toEqual(input.map((value) => 2 * value));
  device.destroy();
});

test('an adapter gives one device, and the next request another adapter', async () => {
  const [first, second] = [await testAdapter(), await testAdapter()];
  expect(second).not.toBe(first);
  const devices = [await first.requestDevice(), await second.requestDevice()];
  expect(devices[0]).not.toBe(devices[1]);
  for (const device of devices) device.destroy();
});

test('WebGPU is opened once for the same options', async () => {
  expect(await openNodeGpu()).toBe(await openNodeGpu());
  expect(await openNodeGpu({ dawn: ['enable-dawn-features=disable_workgroup_init'] })).toBe(await openNodeGpu());
  expect(await openNodeGpu({ dawn: [] })).not.toBe(await openNodeGpu());
});

describe('a Node process that used WebGPU', () => {
  let library: string;
  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: ['src/node/webgpu.ts'],
      bundle: true,
      platform: 'node',
      format: 'esm',
      external: ['webgpu'],
      write: false,
    });
    library = (outputFiles[0] as { text: string }).text;
  });

  /** Runs a program in one module with the library. Gives what it printed, and how it ended. */
  function run(program: string, text = library): { output: string; errors: string; status: number | null } {
    // A process that does not end by itself is killed, and has no exit status. Ending takes well under a second.
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '--expose-gc', '-'], {
      input: `${text}\n${program}`,
      encoding: 'utf8',
      timeout: patience,
    });
    return { output: stdout.trim(), errors: stderr, status };
  }

  const openDevice = 'const device = await (await requestNodeAdapter()).requestDevice();';
  const submitWork = `
    const module = device.createShaderModule({ code: ${JSON.stringify(double)} });
    const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module } });
    const buffer = device.createBuffer({ size: 4096, usage: GPUBufferUsage.STORAGE });
    const group = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [{ binding: 0, resource: { buffer } }],
    });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(16);
    pass.end();
    device.queue.submit([encoder.finish()]);`;

  test.each([
    ['its device open', `${openDevice} console.log('done');`],
    ['its device destroyed', `${openDevice} device.destroy(); console.log('done');`],
    ['someone waiting for the loss of its device', `${openDevice} device.lost.then(() => {}); console.log('done');`],
    ['work still running on its device', `${openDevice} ${submitWork} console.log('done');`],
    ['its device forgotten and collected', `{ ${openDevice} ${submitWork} } gc(); console.log('done');`],
  ])('ends by itself with %s', (_, program) => {
    expect(run(program)).toEqual({ output: 'done', errors: '', status: 0 });
  });

  test('ends with its own exit code', () => {
    expect(run(`${openDevice} process.exitCode = 3;`).status).toBe(3);
  });

  test('is told to install the package webgpu where it is missing', () => {
    const missing = library.replaceAll('import("webgpu")', 'import("a-package-that-is-not-there")');
    expect(missing).not.toBe(library);
    const { errors, status } = run('await requestNodeAdapter();', missing);
    expect(errors).toContain('Run: npm install webgpu');
    expect(status).toBe(1);
  });
});
