import type { Life } from './life.ts';

/** Whether an executable is usable. */
export interface Use {
  /** @throws the reason, if its device is gone or its memory was released */
  check(): void;
  /** @throws also if `times` is invalid */
  checkTimes(times: number): void;
  /** @throws also if there is no output of this name */
  checkOutput(name: string): void;
  /** Ends it. False if it had already ended. */
  end(): boolean;
}

/** The life of an executable, from preparation to `release`. */
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
