import { expect, test } from 'vitest';
import { type Device, openCpuDevice } from '../../src/device/index.ts';
import { speedText } from '../../src/page/article/speed.ts';
import { checks, runCheck } from '../../src/page/self-check/checks.ts';
import { deviceSpeed } from '../../src/page/self-check/device-speed.ts';
import { formulas } from '../../src/page/self-check/formulas.ts';
import { reportText, selfCheck } from '../../src/page/self-check/self-check.ts';

// On the cpu device alone: a GPU emulated in software takes half a minute to compile it all, which the test of the whole
// page has it do.
test('all checks pass, each is announced, and the report can be copied as text', async () => {
  const device = await openCpuDevice({ threads: 1 });
  const told: string[] = [];
  const report = await selfCheck({
    ...{ device, browser: 'a test', version: '1.2.3' },
    onCheck: (done, of, name) => told.push(`${done} of ${of}: ${name}`),
  });
  expect(report.checks.filter(({ passed }) => !passed)).toEqual([]);
  expect(report.checks.length).toBe(2 * formulas.length + 4);
  expect(told[1]).toBe(`1 of ${checks.length}: ${checks[1].name}`);
  const text = reportText(report);
  expect(text).toContain(`flowtape 1.2.3 self-check: all ${checks.length} checks passed`);
  expect(text).toContain(device.description);
  expect(text).toContain('browser: a test');
});

/** A device whose kernels are off by a share of what they compute, in one number of each output and variable read. */
function broken(device: Device, share: number): Device {
  const spoil = <Numbers extends { [place: number]: number }>(numbers: Numbers): Numbers => {
    numbers[0] *= 1 + share;
    return numbers;
  };
  return {
    ...device,
    counts: device.counts,
    async prepare(plan) {
      const executable = await device.prepare(plan);
      return { ...executable, read: async (output) => spoil(await executable.read(output)) };
    },
    read: async (variable) => spoil(await device.read(variable)),
  };
}

test('kernels that give wrong numbers fail every check of the device', async () => {
  const device = broken(await openCpuDevice({ threads: 1 }), 0.05);
  for (const check of checks) {
    const { name, passed, problem, error } = await runCheck(check, device);
    const isOfDevice = name.endsWith('device against float64');
    expect(passed, name).toBe(!isOfDevice);
    if (isOfDevice) expect(problem, name).toMatch(/error|Other objects/);
    else expect(error).toBeLessThan(1e-6);
  }
});

test('a device that fails gives a failed check with the reason', async () => {
  const device = await openCpuDevice({ threads: 1 });
  const failing = { ...device, prepare: () => Promise.reject(new Error('the compiler is on strike')) };
  const report = await selfCheck({ device: failing, browser: 'a test', version: '1.2.3' });
  const ofDevice = report.checks.filter(({ name }) => name.endsWith('device against float64'));
  expect(ofDevice.every(({ passed, problem }) => !passed && problem === 'the compiler is on strike')).toBe(true);
  const text = reportText(report);
  expect(text).toContain(`${ofDevice.length} of ${checks.length} checks failed`);
  expect(text).toMatch(/FAILED .* no error known .*\n +the compiler is on strike/);
});

test('NaN fails every check', async () => {
  const report = await runCheck(
    { name: 'a check', tolerance: 1, run: async () => Number.NaN },
    await openCpuDevice({ threads: 1 }),
  );
  expect(report.passed).toBe(false);
});

test('a device is measured: its dense layers, and the launches of an iteration, which is the same each time', async () => {
  const device = await openCpuDevice({ threads: 1 });
  const cost = await deviceSpeed(device, ['tb'], 0);
  const [{ objective, launches, submits }] = cost.iterations;
  expect([cost.device, objective]).toEqual(['cpu', 'tb']);
  expect(cost.gigaflops).toBeGreaterThan(0);
  expect(launches).toBeGreaterThan(1);
  expect(launches % 1).toBe(0);
  device.destroy();

  const training = [{ objective: 'tb', iterationsPerSecond: 123.4, trajectoriesPerSecond: 3948.8 }];
  const none = { device: 'webgpu', why: 'there is none' };
  expect(
    speedText([{ device: 'cpu', cost, training }, none], 'a browser')
      .split('\n')
      .slice(1),
  ).toEqual([
    `cpu: ${device.description}`,
    `  dense layers of 512 by 512: ${Number(cost.gigaflops.toPrecision(3))} GFLOP/s`,
    `  tb: 123 iterations/s, 3,949 trajectories/s; ${launches} launches${submits > 0 ? ` in ${submits} submits` : ''} an iteration`,
    'webgpu: none (there is none)',
    'browser: a browser',
  ]);
});
