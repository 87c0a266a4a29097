import type { Program } from './child.ts';
import { repositoryPath } from './root.ts';

/** The benchmark's own program again, in a process of its own, to measure one thing of flowtape. */
export function measureProgram(what: string, request: unknown, flags: readonly string[] = []): Program {
  const bundle = repositoryPath('build', 'bench.js');
  return { command: process.execPath, args: [...flags, bundle, 'measure', what, JSON.stringify(request)] };
}
