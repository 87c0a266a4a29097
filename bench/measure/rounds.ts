import { type Measured, type Program, runProgram } from './child.ts';

/** Something that can be measured on a problem. */
export interface Engine<Problem> {
  readonly name: string;
  program(problem: Problem, seconds: number): Program;
}

/** The records of all rounds of one engine, or why it has none. */
export interface EngineRecords {
  readonly name: string;
  readonly measured: Measured;
}

export interface RoundOptions {
  readonly rounds: number;
  /** The total time for an engine on a problem, over all rounds. */
  readonly seconds: number;
  readonly limitSeconds: number;
}

/**
 * Measures the engines in turn, round after round (A B C A B C ...), so that changes of the machine's speed or load
 * affect all alike. An engine that fails is left out of later rounds.
 */
export async function measureInTurn<Problem>(
  engines: readonly Engine<Problem>[],
  problem: Problem,
  { rounds, seconds, limitSeconds }: RoundOptions,
  run: typeof runProgram = runProgram,
): Promise<EngineRecords[]> {
  const records = engines.map((): unknown[] => []);
  const problems = engines.map((): string | undefined => undefined);
  for (let round = 0; round < rounds; round++) {
    for (const [i, engine] of engines.entries()) {
      if (problems[i] !== undefined) continue;
      const measured = await run(engine.program(problem, seconds / rounds), limitSeconds);
      if ('problem' in measured) problems[i] = measured.problem;
      else records[i].push(...measured.records);
    }
  }
  return engines.map(({ name }, i): EngineRecords => {
    // Results from before the failure remain valid.
    if (records[i].length > 0) return { name, measured: { records: records[i] } };
    return { name, measured: { problem: problems[i] ?? 'it measured nothing' } };
  });
}
