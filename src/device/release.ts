import type { Life } from './life.ts';

/** Whether an executable can still be used. */
export interface Use {
  /** @throws why it cannot, where its device is gone or its memory was given back */
  check(): void;
  /** @throws also where an executable cannot be run so many times */
  checkTimes(times: number): void;
  /** @throws also where it has no output of this name */
  checkOutput(name: string): void;
  /** Ends it. False where it has ended before. */
  end(): boolean;
}

/** An executable's use, from when it is made ready to its `release`. */
export function createUse(life: Life, outputs: readonly string[]): Use {
  let released = false;
  const check = () => {
    life.check();
    if (!released) return;
    const named = outputs.length > 0 ? ` (outputs: ${outputs.slice(0, 8).join(', ')})` : '';
    throw new Error(
      `This executable${named} has been released: its memory may hold another plan's numbers. Prepare its plan again, or ` +
        'release it after its last use.',
    );
  };
  return {
    check,
    checkTimes(times) {
      check();
      if (Number.isSafeInteger(times) && times >= 0) return;
      throw new Error(`run: an executable runs a whole number of times from 0, not ${times}.`);
    },
    checkOutput(name) {
      check();
      if (outputs.includes(name)) return;
      const known = outputs.length === 0 ? 'has no outputs' : `has the outputs ${outputs.join(', ')}`;
      throw new Error(`read: there is no output ${name}. This executable ${known}.`);
    },
    end() {
      const first = !released;
      released = true;
      return first;
    },
  };
}
