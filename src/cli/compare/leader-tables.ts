import { formatCount, formatDuration } from '../text.ts';
import { type Leaders, leadersAt, leadersInTime, objectivesOf } from './leaders.ts';
import { markdownTable } from './markdown-parts.ts';
import { type ComparedMethod, type Comparison, trajectoriesOf } from './runs.ts';
import { mainMeasure, momentsOf, type Orders, shortFigure } from './standing.ts';

/** The best objectives at every moment of each comparison, and after equally many seconds where runs tell theirs. */
export function leaderTables(judged: readonly (readonly [Comparison, Orders])[]): string {
  const several = judged
    .map(([comparison, orders]) => [objectivesOf(comparison), orders] as const)
    .filter(([{ methods }]) => methods.length > 1);
  if (several.length === 0) return 'No two objectives ran on one target here.';
  const rows = several.map(([comparison, orders]) => {
    const moments = momentsOf(comparison);
    return [
      comparison.title,
      mainMeasure(comparison)?.title ?? '',
      moments.map((moment, place) => leaderCell(leadersAt(comparison, orders, place), formatCount(moment))),
    ] as const;
  });
  const inTime = several.flatMap(([comparison]) => {
    const found = leadersInTime(comparison).map(({ seconds, leaders }) => {
      return leaderCell(leaders, formatDuration(seconds));
    });
    const label = `${comparison.title}, ${trajectoriesOf(comparison)}`;
    return found.length === 0 ? [] : [[label, mainMeasure(comparison)?.title ?? '', found] as const];
  });
  return [
    leaderTable('after equally many trajectories', rows),
    ...(inTime.length === 0 ? [] : [leaderTable('after equally many seconds', inTime)]),
    'Of the objectives, without variants: the one with the best mean; ≈: these are not certainly worse; ?: these have too few seeds to say.',
  ].join('\n\n');
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

/** "8,000: **ent-ppo** 0.276 ≈ gae ? gae-subeb" */
function leaderCell(leaders: Leaders | undefined, moment: string): string {
  if (leaders === undefined) return `${moment}: –`;
  const { best, mean, beside, unknown } = leaders;
  const names = (methods: readonly ComparedMethod[]) => methods.map(({ method }) => method).join(', ');
  return [
    `${moment}: **${best.method}** ${shortFigure(mean)}`,
    ...(beside.length === 0 ? [] : [`≈ ${names(beside)}`]),
    ...(unknown.length === 0 ? [] : [`? ${names(unknown)}`]),
  ].join(' ');
}
