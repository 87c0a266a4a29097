import { type Device, openWebgpuDevice, type WebgpuOptions } from '../../src/device/index.ts';
import { requestNodeAdapter } from '../../src/node/index.ts';
import { runCheck } from '../../src/page/self-check/checks.ts';
import { kernelSteps } from '../../src/plan/index.ts';
import { measureProgram } from '../measure/program.ts';
import { gpuChecks } from './checks.ts';
import { failedRow, type GpuPart, type Item, recordsOf } from './part.ts';

/** Ways to choose kernels; every adapter must compute correctly with all of them. */
export const variants: Readonly<Record<string, WebgpuOptions>> = {
  'as on a GPU': { emulated: false },
  'as on a GPU, without subgroups': { emulated: false, subgroups: false },
  'as on a GPU, rollouts step by step': { emulated: false, wholeRollouts: false },
  'as in software': { emulated: true },
  'as in software, without subgroups': { emulated: true, subgroups: false },
};

interface CheckRecord {
  readonly check: string;
  readonly passed: boolean;
  /** Absent if the check had no number to compare. */
  readonly error?: number | undefined;
  readonly tolerance: number;
  readonly problem?: string | undefined;
  /** The kernels that it ran. */
  readonly kernels: readonly string[];
}

export const correctnessPart: GpuPart = {
  name: 'correctness',
  title: 'Kernels against float64',
  seconds: 80,
  items: async ({ small }) =>
    Object.keys(variants).map(
      (variant): Item => ({
        name: variant,
        program: measureProgram('gpu-checks', { variant, small }),
        limitSeconds: small ? 300 : 40,
      }),
    ),
  blocks(results) {
    const header = ['kernels', 'checks', 'failed', 'nearest to its tolerance', 'families of kernels'];
    const rows = results.map((result) => {
      const found = recordsOf<CheckRecord>(result);
      if (found.length === 0) return failedRow(result.name, result, header.length);
      const failed = found.filter(({ passed }) => !passed);
      const share = ({ error = 0, tolerance }: CheckRecord) => (tolerance === 0 ? 0 : error / tolerance);
      const nearest = found.reduce((a, b) => (share(b) > share(a) ? b : a));
      return [
        result.name,
        String(found.length),
        String(failed.length),
        `${(nearest.error ?? 0).toExponential(1)} of ${nearest.tolerance} (${nearest.check})`,
        String(new Set(found.flatMap(({ kernels }) => kernels)).size),
      ];
    });
    const failures = results.flatMap((result) =>
      recordsOf<CheckRecord>(result)
        .filter(({ passed }) => !passed)
        .map(({ check, problem }) => `FAILED, ${result.name}: ${check}: ${problem}`),
    );
    return [{ header, rows }, ...failures];
  },
};

/** Runs every check with one choice of kernels. */
export async function* runGpuChecks(variant: string, small: boolean): AsyncGenerator<CheckRecord> {
  const adapter = await requestNodeAdapter();
  if (!adapter) throw new Error('There is no WebGPU adapter here.');
  const device = await openWebgpuDevice(adapter, variants[variant]);
  for (const check of gpuChecks(small)) {
    const kernels = new Set<string>();
    const { passed, error, tolerance, problem } = await runCheck(check, watched(device, kernels));
    yield {
      ...{ check: check.name, passed, tolerance, problem },
      error: Number.isFinite(error) ? error : undefined,
      kernels: [...kernels].sort(),
    };
  }
  device.destroy();
}

/** The device, noting the kernels of all plans prepared on it. */
export function watched(device: Device, kernels: Set<string>): Device {
  const prepare: Device['prepare'] = (plan) => {
    for (const { kernel } of kernelSteps(plan)) kernels.add(kernel);
    return device.prepare(plan);
  };
  return Object.create(device, { prepare: { value: prepare, enumerable: true } }) as Device;
}
