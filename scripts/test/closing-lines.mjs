/**
 * What a run of the tests ends with: a line for each test that was not run, with its reason, and the line that counts them.
 * Tests that `-t` leaves out have no reason of their own, and are one line.
 *
 * @param {{ passed: number, failed: number, skipped: readonly { name: string, reason: string }[] } | undefined} summary
 * undefined where the run broke off
 * @param {number | null} status vitest's exit code
 */
export function closingLines(summary, status) {
  const { passed, failed, skipped } = summary ?? { passed: 0, failed: 0, skipped: [] };
  const withReason = skipped.filter(({ reason }) => reason !== '');
  const filtered = skipped.length - withReason.length;
  // A run can fail with no test to blame: a crash, an error outside of every test.
  const failures = status === 0 ? failed : Math.max(failed, 1);
  return [
    ...withReason.map(({ name, reason }) => `skipped: ${name} (${reason})`),
    ...(filtered > 0 ? [`skipped: ${filtered} more (left out by -t)`] : []),
    `${passed} passed, ${failures} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`,
  ];
}
