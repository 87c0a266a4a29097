import { counted, formatCount, formatDuration } from '../text.ts';
import { briefLines } from './brief.ts';
import { type Comparison, timedPart, trajectoriesOf } from './comparison.ts';
import {
  type BetterVariants,
  betterVariants,
  type Leaders,
  leadersAt,
  leadersInTime,
  type MethodAt,
  objectivesOf,
} from './leaders.ts';
import { markdownTable } from './markdown-parts.ts';
import { mainMeasure, momentsOf, type Orders, shortFigure } from './standing.ts';

/** The best objectives at every moment of each comparison, and after equally many seconds where runs tell theirs. */
export function leaderTables(judged: readonly (readonly [Comparison, Orders])[]): string {
  const several = judged
    .map(([comparison, orders]) => ({ comparison, objectives: objectivesOf(comparison), orders }))
    .filter(({ objectives }) => objectives.methods.length > 1);
  if (several.length === 0) return 'No two objectives ran on one target here.';
  const rows = several.map(({ comparison, objectives, orders }) => {
    const cells = momentsOf(comparison).map((moment, place) => {
      const leaders = leadersAt(comparison, orders, place, objectives.methods);
      const variants = leaders && betterVariants(comparison, orders, place, leaders.best);
      return leaderCell(leaders, formatCount(moment), variants);
    });
    return [labelOf(comparison, objectives), mainMeasure(comparison)?.title ?? '', cells] as const;
  });
  const inTime = several.flatMap(({ comparison, objectives }) => {
    const found = leadersInTime(objectives).map(({ seconds, leaders }) => {
      return leaderCell(leaders, seconds < 10 ? `${Number(seconds.toPrecision(2))} s` : formatDuration(seconds));
    });
    return found.length === 0
      ? []
      : [[labelOf(comparison, timedPart(objectives)), mainMeasure(objectives)?.title ?? '', found] as const];
  });
  return [
    `Among the objectives:\n\n${briefLines(judged).join('\n')}`,
    leaderTable('after equally many trajectories', rows),
    ...(inTime.length === 0
      ? []
      : [
          leaderTable('after equally many seconds', inTime),
          'Figures are of the last evaluation before. The last column is the moment at which the first run ends; slower methods have sampled a part of their trajectories by then.',
        ]),
    [
      'Each cell has, in bold, the objective with the best mean.\n',
      '- *undecided*: objectives that it is not ahead of; their means may still be far off if their seeds differ much',
      '- *too few seeds*: objectives that cannot be judged',
      '- *variants ahead*: variants of objectives that are ahead of it',
      '- *variant undecided*: if no variant is ahead, the best of those with a better mean',
      '- –: fewer than two objectives with enough seeds had been evaluated by then',
    ].join('\n'),
  ].join('\n\n');
}

/** Runs of one target differ in their length. @param judged the methods that are compared, and their runs */
function labelOf(comparison: Comparison, { methods }: Comparison): string {
  const seeds = methods.map(({ runs }) => runs.length);
  const [min, max] = [Math.min(...seeds), Math.max(...seeds)];
  const range = min === max ? '' : `${min} to `;
  return `${comparison.title}, ${trajectoriesOf(comparison)}, ${range}${counted(max, 'seed')}`;
}

function leaderTable(
  head: string,
  rows: readonly (readonly [title: string, measure: string, cells: readonly string[]])[],
): string {
  const columns = Math.max(...rows.map(([, , cells]) => cells.length), 1);
  const empty = Array.from({ length: columns - 1 }, () => '');
  return markdownTable(
    ['on', 'by', head, ...empty],
    rows.map(([title, measure, cells]) => [
      title,
      measure,
      ...Array.from({ length: columns }, (_, i) => cells[i] ?? ''),
    ]),
  );
}

/** "8,000: **ent-ppo** 0.276; undecided: gae 0.3; variants ahead: ent-ppo-tlm 0.1" */
function leaderCell(
  leaders: Leaders | undefined,
  moment: string,
  variants: BetterVariants = { ahead: [], undecided: [] },
): string {
  if (leaders === undefined) return `${moment}: –`;
  const { ahead } = variants;
  const { best, undecided, unknown } = leaders;
  const named = ({ method, mean }: MethodAt) => `${method.method} ${shortFigure(mean)}`;
  const told = (what: string, methods: readonly MethodAt[]) =>
    methods.length === 0 ? [] : [`${what}: ${methods.map(named).join(', ')}`];
  return [
    `${moment}: **${best.method.method}** ${shortFigure(best.mean)}`,
    ...told('undecided', undecided),
    ...told('too few seeds', unknown),
    ...told('variants ahead', ahead),
    ...told('variant undecided', ahead.length > 0 ? [] : variants.undecided.slice(0, 1)),
  ].join('; ');
}
