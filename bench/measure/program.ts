import type { Program } from './child.ts';
import { repositoryPath } from './root.ts';

/** Starts the benchmark's own program in another process, to measure one thing. */
export function measureProgram(what: string, request: unknown, flags: readonly string[] = []): Program {
  const bundle = repositoryPath('build', 'bench.js');
  return { command: process.execPath, args: [...flags, bundle, 'measure', what, JSON.stringify(request)] };
}
