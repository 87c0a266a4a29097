import { type Device, deviceScope } from '../../device/index.ts';
import { nextTask } from '../../train/next-task.ts';
import type { SelfCheck, SelfCheckReport } from '../protocol.ts';
import { checks, runCheck } from './checks.ts';

export interface SelfCheckOptions {
  /** The device to check: a separate one, so that no run is disturbed. */
  readonly device: Device;
  /** The browser's name in the report; `unknown` if it is absent. */
  readonly browser?: string | undefined;
  /** The version in the report; `unknown` if it is absent. */
  readonly version?: string | undefined;
  /** Called before each check; `done` of `of` are finished. */
  onCheck?(done: number, of: number, name: string): void;
}

/**
 * Checks the gradients of operations, and that a device computes what float64 does: operations with their gradients,
 * random numbers, trajectories, an iteration of training. Other tasks of the thread can run between two checks.
 */
export async function selfCheck({
  device,
  browser = 'unknown',
  version = 'unknown',
  onCheck,
}: SelfCheckOptions): Promise<SelfCheckReport> {
  const found: SelfCheck[] = [];
  for (const check of checks) {
    onCheck?.(found.length, checks.length, check.name);
    await nextTask();
    const scope = deviceScope(device);
    found.push(await runCheck(check, scope));
    scope.destroy();
  }
  return { device: `${device.kind}, ${device.description}`, browser, version, checks: found };
}

/** A report as text, to paste into a message. */
export function reportText({ device, browser, version, checks }: SelfCheckReport): string {
  const failed = checks.filter(({ passed }) => !passed);
  const width = Math.max(...checks.map(({ name }) => name.length));
  const verdict =
    failed.length === 0 ? `all ${checks.length} checks passed` : `${failed.length} of ${checks.length} checks failed`;
  return [
    `flowtape ${version} self-check: ${verdict}`,
    `device: ${device}`,
    `browser: ${browser}`,
    '',
    ...checks.map(({ name, passed, error, tolerance, problem }) => {
      const line = `${passed ? 'ok    ' : 'FAILED'}  ${name.padEnd(width)}  ${errorText(error)} (at most ${tolerance})`;
      return problem === undefined ? line : `${line}\n        ${problem}`;
    }),
    '',
  ].join('\n');
}

function errorText(error: number): string {
  return Number.isFinite(error) ? `error ${error.toExponential(1)}` : 'no error known';
}
