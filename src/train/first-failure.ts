import { arraysOf, type RunState } from '../checkpoint/run-state.ts';
import { EnvironmentError } from '../environment/guarded.ts';
import { areFinite } from './finite.ts';

/** Training met a number that is not finite, and has gone back to the state before that iteration. */
export class NotFiniteError extends Error {
  override readonly name = 'NotFiniteError';

  /**
   * @param iteration the one that made the number, counted from 1
   * @param problem the operation that produced it, if known
   *
   */
  constructor(
    readonly iteration: number,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(
      `iteration ${iteration}: ${problem.replace(/\.?$/, '.')} After iteration ${iteration - 1} all numbers were finite ` +
        'still, and the run has gone back to there.',
      options,
    );
  }
}

/** A run as the search for a failure needs it: it can be rewound, and repeats itself exactly. */
export interface RewindableRun {
  /** The current state, on which all later iterations depend. */
  state(): Promise<RunState>;
  /** Rewinds to a state. */
  restore(state: RunState): void;
  /** Runs iterations, and waits for them. */
  run(times: number): Promise<void>;
  /**
   * Runs one iteration, checking every number. @throws the failure, naming the operation or the environment's function
   */
  runChecked(): Promise<void>;
  /** A fault of the environment since the last call. */
  fault(): Promise<EnvironmentError | undefined>;
  /** The diagnostics of the last iteration. */
  diagnostics(): Promise<Readonly<Record<string, number>>>;
}

/** The first non-finite part of a state or of diagnostics, in words; undefined if all is finite. */
export function notFinite(
  state: RunState | undefined,
  diagnostics: Readonly<Record<string, number>> = {},
): string | undefined {
  const name = Object.keys(diagnostics).find((name) => !Number.isFinite(diagnostics[name]));
  if (name !== undefined) return `its diagnostic ${name} is ${diagnostics[name]}`;
  // The only float64 numbers are scores of objects, which may be missing.
  const array = state && arraysOf(state).find(({ dtype, data }) => dtype === 'F32' && !areFinite(data));
  return array && `it left numbers in ${array.name} that are not finite`;
}

/**
 * Finds the iteration in which a run failed, and rewinds the run to just before it. A run repeats itself exactly, so
 * the iterations since a sound state are run again by bisection, at most as many in all as there were, to find the one
 * that starts with finite numbers and ends with others, or in which the environment fails. That iteration then runs
 * with every number checked.
 *
 * @param good a sound state
 * @param failed iterations done when the failure was found; above `good.step`
 * @param problem the failure
 * @returns the state that the run has been rewound to, and the error to throw
 */
export async function findFirstFailure(
  run: RewindableRun,
  good: RunState,
  failed: number,
  problem: string,
): Promise<{ readonly good: RunState; readonly error: NotFiniteError | EnvironmentError }> {
  let sound = good;
  let found = { step: failed, problem };
  run.restore(sound);
  while (found.step - sound.step > 1) {
    const step = sound.step + Math.floor((found.step - sound.step) / 2);
    await run.run(step - sound.step);
    const [state, diagnostics, fault] = [await run.state(), await run.diagnostics(), await run.fault()];
    const wrong = fault?.message ?? notFinite(state, diagnostics);
    if (wrong === undefined) sound = state;
    else {
      found = { step, problem: wrong };
      run.restore(sound);
    }
  }
  const failure = await run.runChecked().then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  run.restore(sound);
  if (failure?.error instanceof EnvironmentError) return { good: sound, error: failure.error };
  const reason = failure?.error instanceof Error ? failure.error.message : found.problem;
  const options = failure === undefined ? {} : { cause: failure.error };
  return { good: sound, error: new NotFiniteError(found.step, reason, options) };
}
