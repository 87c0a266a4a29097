import { expect, test } from 'vitest';
import { kernelCases } from '../../bench/kernels/cases.ts';
import { prepareCase } from '../../bench/kernels/kernels.ts';
import { openCpuDevice } from '../../src/device/index.ts';

test('every kernel that is timed is a plan of that one operation', async () => {
  const device = await openCpuDevice({ threads: 1 });
  for (const kernelCase of kernelCases) {
    const { kernel, size } = kernelCase;
    const executable = await prepareCase(device, kernelCase);
    expect(executable.launches, `${kernel} ${size}`).toBe(1);
    executable.run();
    executable.release();
  }
  device.destroy();
});

test('kernels are told apart by their name and size', () => {
  const names = kernelCases.map(({ kernel, size }) => `${kernel} ${size}`);
  expect(new Set(names).size).toBe(names.length);
});
