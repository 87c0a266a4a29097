import { groupBy } from '../group-by.ts';
import { formatCount, listed } from '../text.ts';
import { type ComparedMethod, type Comparison, lengthOf } from './comparison.ts';
import { leadersAt, objectivesOf } from './leaders.ts';
import { momentsOf, type Orders } from './standing.ts';

/** A sentence for each target: which objective leads at first, and which at the end of the longest runs. */
export function briefLines(judged: readonly (readonly [Comparison, Orders])[]): string[] {
  return groupBy(judged, ([{ title }]) => title).flatMap((target) => {
    const [[comparison, orders]] = [...target].sort(([a], [b]) => lengthOf(b) - lengthOf(a));
    const { methods } = objectivesOf(comparison);
    const moments = momentsOf(comparison);
    const told = [...new Set([0, moments.length - 1])].flatMap((place) => {
      const words = standingWords(comparison, orders, place, methods);
      return words === undefined ? [] : [`after ${formatCount(moments[place])} trajectories ${words}`];
    });
    return told.length === 0 ? [] : [`- *${comparison.title}*: ${told.join('; ')}.`];
  });
}

/** "`ent-ppo` is ahead of all others but `gae`". Undefined if no two objectives can be judged. */
function standingWords(
  comparison: Comparison,
  orders: Orders,
  place: number,
  methods: readonly ComparedMethod[],
): string | undefined {
  const leaders = leadersAt(comparison, orders, place, methods);
  if (leaders === undefined) return undefined;
  const { best, undecided, unknown } = leaders;
  const level = [...undecided, ...unknown].map(({ method }) => method);
  const behind = methods.filter((method) => orders.get(best.method)?.get(method)?.[place] === 'ahead');
  const name = `\`${best.method.method}\``;
  if (level.length === 0) return `${name} is ahead of ${behind.length === 1 ? named(behind) : 'all others'}`;
  if (level.length <= behind.length) return `${name} is ahead of all but ${named(level)}`;
  return `${name} has the best mean, and is ahead of ${behind.length === 0 ? 'none' : `${named(behind)} alone`}`;
}

function named(methods: readonly ComparedMethod[]): string {
  return listed(methods.map(({ method }) => `\`${method}\``));
}
