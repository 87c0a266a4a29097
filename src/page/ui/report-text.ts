import type { SelfCheckReport } from '../protocol.ts';

/** The report as plain text for pasting: failures first. */
export function reportText({ device, browser, version, checks }: SelfCheckReport): string {
  const failed = checks.filter(({ passed }) => !passed);
  const lines = [...failed, ...checks.filter(({ passed }) => passed)].map(
    ({ name, passed, error, tolerance, problem }) =>
      `${passed ? 'passed' : 'FAILED'}  ${name}  error ${error.toExponential(1)}, may be ${tolerance.toExponential(1)}` +
      (problem === undefined ? '' : `\n        ${problem}`),
  );
  return [
    `flowtape ${version}, self-check: ${checks.length - failed.length} passed, ${failed.length} failed`,
    `device:  ${device}`,
    `browser: ${browser}`,
    '',
    ...lines,
    '',
  ].join('\n');
}
