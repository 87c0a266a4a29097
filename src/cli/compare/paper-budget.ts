import { paperSettings } from '../../run/settings.ts';
import { flagRows } from '../setting-flags.ts';
import { formatCount, formatFigure } from '../text.ts';
import { type Comparison, lengthOf } from './comparison.ts';

/** The paper's settings for a comparison's problem; undefined if it has no experiment with that. */
function paperOf({ problem, methods: [{ settings }] }: Comparison) {
  return paperSettings(problem, new Map(settings).get('--objective') ?? '');
}

/** Whether an experiment of the paper has a comparison's target. */
export function isPaperTarget(comparison: Comparison): boolean {
  const given = new Map(comparison.methods[0].settings);
  const paper = paperOf(comparison);
  return (
    paper !== undefined && flagRows(paper.problemOptions ?? {}).every(([flag, value]) => given.get(flag) === value)
  );
}

/** "2 %" of the paper's trajectories; undefined if it has no such experiment, or if runs are at least as long. */
export function paperShare(comparison: Comparison): string | undefined {
  if (!isPaperTarget(comparison)) return undefined;
  const { steps = comparison.iterations, batch = comparison.batch } = paperOf(comparison) ?? {};
  const share = lengthOf(comparison) / (steps * batch);
  return share >= 1 ? undefined : percent(share);
}

/** What runs had less of than the paper's, or that it has none on this target; nothing for problems that it lacks. */
export function budgetLines(comparison: Comparison): string[] {
  const { iterations, batch, methods } = comparison;
  const given = new Map(methods[0].settings);
  const paper = paperOf(comparison);
  if (paper === undefined) return [];
  if (!isPaperTarget(comparison)) return ['The paper has no experiment with this target.'];
  const { steps = iterations, batch: wished = batch } = paper;
  const smaller = [
    ...(batch === wished
      ? []
      : [
          `${formatCount(batch)} trajectories an iteration instead of ${formatCount(wished)}, so ` +
            `${percent((iterations * batch) / (steps * wished))} of its trajectories`,
        ]),
    ...flagRows({ network: paper.trainingOptions?.network }).flatMap(([flag, value]) => {
      const own = given.get(flag);
      return own === undefined || own === value ? [] : [`\`${flag} ${own}\` instead of ${value}`];
    }),
  ];
  if (iterations === steps && smaller.length === 0) return [];
  const budget = `Budget: ${percent(iterations / steps)} of the paper’s iterations`;
  return [`${[budget, ...smaller].join(', ')}.`];
}

function percent(share: number): string {
  return `${formatFigure(Number((100 * share).toPrecision(2)))} %`;
}
