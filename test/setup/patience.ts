/**
 * How many milliseconds a test waits for a process, a page or a condition: ten minutes, which the slowest of machines at
 * its busiest does not take. It ends what hangs, and judges no speed. A test as a whole has twice as long
 * (vitest.config.ts), so that what hung within it can say what it was.
 */
export const patience = 600_000;
