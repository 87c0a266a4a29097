import type { RunConfig } from '../../run/run-config.ts';
import { pageProblem } from '../catalogue.ts';
import { pageProblems } from '../page-problems.ts';

/**
 * Environments of a visitor's own, by the program that made each. Addresses hold programs alone; what a program makes is
 * known once the visitor has let it run.
 */
export interface OwnEnvironments {
  /** Takes in what configurations know: programs with what they made. */
  remember(configs: readonly RunConfig[]): void;
  /** A configuration from an address, with what its program made; the problem's example where that is not known. */
  completed(config: RunConfig): RunConfig;
}

export function createOwnEnvironments(): OwnEnvironments {
  const made = new Map<string, string>();
  return {
    remember(configs) {
      for (const { problem, problemOptions } of configs) {
        const names = pageProblem(problem).typedProgram;
        const [program, graph] = names ? [problemOptions[names.program], problemOptions[names.made]] : [];
        if (typeof program === 'string' && typeof graph === 'string') made.set(program, graph);
      }
    },
    completed(config) {
      const program = pendingProgramOf(config);
      const names = pageProblem(config.problem).typedProgram;
      if (program === undefined || names === undefined) return config;
      const graph = made.get(program);
      const { [names.program]: _, ...rest } = config.problemOptions;
      return {
        ...config,
        problemOptions: graph === undefined ? rest : { ...rest, [names.program]: program, [names.made]: graph },
      };
    },
  };
}

/** The problem that is typed as a program, with the most characters that the program may have. */
export function typedProblem() {
  for (const { name, typedProgram, options } of pageProblems) {
    const option = typedProgram && options[typedProgram.program];
    if (typedProgram === undefined || option?.kind !== 'text') continue;
    return { name, ...typedProgram, maxLength: option.maxLength };
  }
  throw new Error('The page has no problem that is typed as a program.');
}

/** What the program of a configuration has made; undefined where there is none, or nothing yet. */
export function madeOf({ problem, problemOptions }: RunConfig): unknown {
  const names = pageProblem(problem).typedProgram;
  return names && problemOptions[names.made];
}

/** The program of a configuration that was not run yet; undefined where there is none. */
export function pendingProgramOf({ problem, problemOptions }: RunConfig): string | undefined {
  const names = pageProblem(problem).typedProgram;
  if (names === undefined || problemOptions[names.made] !== undefined) return undefined;
  const program = problemOptions[names.program];
  return typeof program === 'string' ? program : undefined;
}
