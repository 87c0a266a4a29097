/**
 * The last lines of a test run: a line for each test that was not run, with its reason, and a line of totals. Tests
 * excluded by `-t` have no reason of their own, and share one line.
 *
 * @param {{ passed: number, failed: number, skipped: readonly { name: string, reason: string }[] } | undefined} summary
 * undefined if the run was interrupted
 * @param {number | null} status vitest's exit code
 */
export function closingLines(summary, status) {
  const { passed, failed, skipped } = summary ?? { passed: 0, failed: 0, skipped: [] };
  const withReason = skipped.filter(({ reason }) => reason !== '');
  const filtered = skipped.length - withReason.length;
  // A run can fail without a failed test: by a crash, or by an error outside every test.
  const failures = status === 0 ? failed : Math.max(failed, 1);
  return [
    ...withReason.map(({ name, reason }) => `skipped: ${name} (${reason})`),
    ...(filtered > 0 ? [`skipped: ${filtered} more (left out by -t)`] : []),
    `${passed} passed, ${failures} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`,
  ];
}
