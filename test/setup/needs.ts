import { test } from 'vitest';

type Body = () => void | Promise<void>;

/** A test for where something is at hand. Elsewhere it is not run, and npm test says so, with the reason. */
export function testWhere(isThere: boolean, reason: string): (name: string, body: Body) => void {
  return (name, body) =>
    test(name, async ({ skip }) => {
      skip(!isThere, reason);
      await body();
    });
}
