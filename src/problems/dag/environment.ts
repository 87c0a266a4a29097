import type { Environment, Reward } from '../../environment/environment.ts';
import {
  flag,
  integers,
  type RowEnvironment,
  rowEnvironment,
  rowReward,
  set,
} from '../../environment/row-environment/index.ts';
import {
  bitAnd,
  bitOr,
  bitXor,
  type Int,
  type IntLike,
  repeat,
  shiftLeft,
  shiftRight,
  sum,
  when,
} from '../../rows/index.ts';
import { quoted } from '../../text/quoted.ts';
import { walkTo } from '../walk-to.ts';
import type { NodePrior } from './priors.ts';
import { bitsOf, type LocalScore } from './scores.ts';

type DagFields = {
  readonly parents: ReturnType<typeof integers>;
  readonly ancestors: ReturnType<typeof integers>;
  readonly stopped: ReturnType<typeof flag>;
};

/** The maximum number of variables: a set of them is the bits of an int32. */
export const MAX_DAG_VARIABLES = 31;

/**
 * Directed acyclic graphs, built edge by edge in any order (Deleu et al., Bayesian Structure Learning with Generative
 * Flow Networks, UAI 2022). A trajectory may stop at every graph.
 *
 * State row: for each variable the set of its parents, then for each the set of its ancestors (bit i for variable i),
 * then a flag that is 1 once stopped. Action i d + j adds the edge from i to j, action d^2 stops. An edge is allowed if
 * it is missing and j is not an ancestor of i. Backward action i d + j removes the edge, backward action d^2 undoes the
 * stop. The policy sees one input for each possible edge.
 *
 * @throws Error unless there are 1 to 31 variables
 */
export function dag(variables: number): RowEnvironment<DagFields> {
  if (!Number.isInteger(variables) || variables < 1 || variables > MAX_DAG_VARIABLES) {
    throw new Error(`Graphs have 1 to ${MAX_DAG_VARIABLES} variables, not ${variables}.`);
  }
  const d = variables;
  const has = (members: Int, member: IntLike) => bitAnd(shiftRight(members, member), 1).equal(1);
  const alone = (variable: Int) => shiftLeft(1, variable);
  const environment: RowEnvironment<DagFields> = rowEnvironment({
    name: 'dag',
    options: { variables },
    // A variable is not among its own `ancestors`, so that the initial row is all zeros.
    state: { parents: integers(d), ancestors: integers(d), stopped: flag() },
    actions: {
      edge: {
        counts: [d, d],
        allowed: ({ parents, ancestors }, from, to) =>
          has(parents.at(to), from)
            .not()
            .and(from.notEqual(to))
            .and(has(ancestors.at(from), to).not()),
        step({ parents, ancestors }, from, to) {
          parents.set(to, bitOr(parents.at(to), alone(from)));
          const above = bitOr(ancestors.at(from), alone(from));
          repeat(d, (below) => {
            when(below.equal(to).or(has(ancestors.at(below), to)), () => {
              ancestors.set(below, bitOr(ancestors.at(below), above));
            });
          });
        },
        undo({ parents, ancestors }, from, to) {
          parents.set(to, bitAnd(parents.at(to), bitXor(alone(from), -1)));
          // Recomputes ancestors: parents first, then their ancestors, along paths of up to d - 1 edges.
          repeat(d, (below) => ancestors.set(below, parents.at(below)));
          repeat(d, () => {
            repeat(d, (below) => {
              repeat(d, (above) => {
                when(has(ancestors.at(below), above), () => {
                  ancestors.set(below, bitOr(ancestors.at(below), ancestors.at(above)));
                });
              });
            });
          });
        },
        undoable: ({ parents, stopped }, from, to) => stopped.not().and(has(parents.at(to), from)),
      },
      stop: { changes: ({ stopped }) => [set(stopped, false, true)] },
    },
    stop: 'stop',
    isTerminal: ({ stopped }) => stopped,
    maxSteps: (d * (d - 1)) / 2 + 1,
    observe: {
      inputs: d * d,
      relation: { nodes: d },
      hot: ({ parents }, edge) => has(parents.at(edge.remainder(d)), edge.divide(d)),
    },
    text({ parents, stopped }) {
      const edges = parents.flatMap((set, to) => bitsOf(set).map((from) => `${from}>${to}`));
      return `${edges.sort().join(' ') || 'no edges'}${stopped ? '.' : ''}`;
    },
    parse(text, row) {
      const written = /^(.*?)(\.?)$/.exec(text.trim()) ?? ['', '', ''];
      const words = written[1] === 'no edges' ? [] : written[1].split(/\s+/);
      const actions = words.map((word) => {
        const edge = /^(\d+)>(\d+)$/.exec(word);
        if (edge && Number(edge[1]) < d && Number(edge[2]) < d) return Number(edge[1]) * d + Number(edge[2]);
        throw new Error(
          `${quoted(text)} is not a graph of ${d} variables: write edges from 0 to ${d - 1}, as in 0>1 1>2, or no edges, and a ` +
            'full stop after them if the walk has stopped.',
        );
      });
      walkTo(environment, written[2] === '.' ? [...actions, d * d] : actions, row, (action) => {
        const edge = `${Math.floor(action / d)}>${action % d}`;
        return `${quoted(text)} is no acyclic graph: the edge ${edge} is there twice, or closes a cycle.`;
      });
    },
  });
  return environment;
}

/** The maximum number of variables whose local scores are tabulated: 12 x 4,096 numbers, 192 KiB. */
const MAX_TABULATED = 12;

/**
 * log R(G): the sum over variables of their local score given their parents, and of the prior. With few variables they
 * are looked up in a table, on every device; with more, scores are computed on the host when needed, and kept.
 */
export function dagReward(
  environment: RowEnvironment<DagFields>,
  name: string,
  score: LocalScore,
  prior: NodePrior,
): Reward {
  const d = Number(environment.options.variables);
  const local = (variable: number, parents: number) => score(variable, parents) + prior(bitsOf(parents).length);
  if (d > MAX_TABULATED) return scoredReward(environment, name, local);
  const sets = 2 ** d;
  const scores = Float32Array.from({ length: d * sets }, (_, at) => {
    const [variable, parents] = [Math.floor(at / sets), at % sets];
    // A variable is never its own parent, so that entry is never looked up.
    return (parents >> variable) & 1 ? 0 : local(variable, parents);
  });
  return rowReward({
    name,
    of: environment,
    tables: { scores },
    logReward: ({ parents }, tables) =>
      sum(d, (variable) => tables.scores.at(variable.multiply(sets).add(parents.at(variable)))),
  });
}

function scoredReward(environment: Environment, name: string, local: LocalScore): Reward {
  const known = Array.from({ length: Number(environment.options.variables) }, () => new Map<number, number>());
  return {
    name,
    of: environment,
    logReward: (state) =>
      known.reduce((total, scores, variable) => {
        const parents = state[variable];
        const found = scores.get(parents) ?? local(variable, parents);
        scores.set(parents, found);
        return total + found;
      }, 0),
  };
}
