import { ampProblem } from './amp/options.ts';
import { binaryTreeProblem } from './binary-tree/options.ts';
import { bitSequenceProblem } from './bit-sequence/options.ts';
import { chainProblem } from './chain/options.ts';
import { dagProblem } from './dag/options.ts';
import type { ProblemDescription } from './description.ts';
import { hypergridProblem } from './hypergrid/options.ts';
import { isingProblem } from './ising/options.ts';
import { isingCouplingsProblem } from './ising-couplings/options.ts';
import { moleculesProblem } from './molecules/options.ts';
import { phyloProblem } from './phylo/options.ts';
import type { ProblemDefinition } from './problem.ts';
import { qm9AtomsProblem } from './qm9-atoms/options.ts';
import { qm9StringProblem } from './qm9-string/options.ts';
import { sehProblem } from './seh/options.ts';
import { setsProblem } from './sets/options.ts';
import { stateGraphProblem } from './state-graph/options.ts';
import { tableProblem } from './table/options.ts';
import { tfbind8Problem } from './tfbind8/options.ts';
import { tfbind8SyntheticProblem } from './tfbind8-synthetic/options.ts';

/** A problem's description, with a function that loads its code. */
export interface ProblemEntry extends ProblemDescription {
  load(): Promise<{ readonly problem: ProblemDefinition }>;
}

/** Every problem known by name; the only list of them. */
export const problems: readonly ProblemEntry[] = [
  { ...hypergridProblem, load: () => import('./hypergrid/problem.ts') },
  { ...tfbind8Problem, load: () => import('./tfbind8/problem.ts') },
  { ...tfbind8SyntheticProblem, load: () => import('./tfbind8-synthetic/problem.ts') },
  { ...stateGraphProblem, load: () => import('./state-graph/problem.ts') },
  { ...tableProblem, load: () => import('./table/problem.ts') },
  { ...qm9StringProblem, load: () => import('./qm9-string/problem.ts') },
  { ...bitSequenceProblem, load: () => import('./bit-sequence/problem.ts') },
  { ...setsProblem, load: () => import('./sets/problem.ts') },
  { ...binaryTreeProblem, load: () => import('./binary-tree/problem.ts') },
  { ...isingProblem, load: () => import('./ising/problem.ts') },
  { ...isingCouplingsProblem, load: () => import('./ising-couplings/problem.ts') },
  { ...chainProblem, load: () => import('./chain/problem.ts') },
  { ...dagProblem, load: () => import('./dag/problem.ts') },
  { ...phyloProblem, load: () => import('./phylo/problem.ts') },
  { ...ampProblem, load: () => import('./amp/problem.ts') },
  { ...moleculesProblem, load: () => import('./molecules/problem.ts') },
  { ...qm9AtomsProblem, load: () => import('./qm9-atoms/problem.ts') },
  { ...sehProblem, load: () => import('./seh/problem.ts') },
];
