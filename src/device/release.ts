import type { Life } from './life.ts';

/** Whether an executable can still be used. */
export interface Use {
  /** @throws why it cannot, where its device is gone or its memory was given back */
  check(): void;
  /** Ends it. False where it has ended before. */
  end(): boolean;
}

/** An executable's use, from when it is made ready to its `release`. */
export function createUse(life: Life, outputs: readonly string[]): Use {
  let released = false;
  return {
    check() {
      life.check();
      if (!released) return;
      const named = outputs.length > 0 ? ` (outputs: ${outputs.slice(0, 8).join(', ')})` : '';
      throw new Error(
        `This executable${named} has been released: its memory may hold another plan's numbers. Prepare its plan again, or ` +
          'release it after its last use.',
      );
    },
    end() {
      const first = !released;
      released = true;
      return first;
    },
  };
}
