import { groupBy } from '../group-by.ts';
import { formatCount } from '../text.ts';
import { type Claim, claims, type Judgement, sources, type Verdict, type Verdicts } from './claims.ts';
import { type Comparison, lengthOf, trajectoriesOf } from './comparison.ts';
import { details, markdownTable } from './markdown-parts.ts';
import { isPaperTarget, paperShare } from './paper-budget.ts';

/** The verdicts, a row for each claim and a column for each target, and behind them their figures. */
export function claimTable(comparisons: readonly Comparison[]): string {
  const targets = groupBy(comparisons, ({ title }) => title);
  const judged = claims.map((claim) => ({
    ...claim,
    cells: targets.map((each) => each.flatMap((comparison) => claim.judge(comparison) ?? [])),
  }));
  const tested = judged.filter(({ cells }) => cells.some((each) => each.length > 0));
  const open = judged.filter((claim) => !tested.includes(claim)).map(({ text }) => text);
  if (tested.length === 0) return openLine(open);
  // Targets of one problem differ in their titles only.
  const heads = targets.map(([{ problem, title }]) =>
    targets.filter(([each]) => each.problem === problem).length === 1 ? problem : title,
  );
  return [
    markdownTable(
      ['claim', 'source', ...heads],
      tested.map((claim) => [claim.text, claim.source, ...claim.cells.map((cell) => verdictCell(claim, cell))]),
    ),
    [
      'A claim has two verdicts, for the early moments and for the end. If they agree, the word stands once.\n',
      '- *shown*: the method is ahead at some moment and behind at none',
      '- *contradicted*: behind at some moment and ahead at none',
      '- *mixed*: ahead at some and behind at others',
      '- *not shown*: neither',
    ].join('\n'),
    'A claim about several methods is shown if it is shown against each of them, contradicted if it is contradicted against any, and mixed if it is mixed against any and contradicted against none.',
    'A verdict is followed by the number of trajectories of the runs that it is about, with their share of the paper’s if they had fewer, and a mark for each of their moments: + ahead (of all that the claim names and that ran), − behind (one of them), · undecided, ? too few seeds. The last moment is the end of those runs, the others are early. † The methods differ in other settings, too; the figures below name them. ° The source does not make the claim about this target.',
    `Sources: ${Object.entries(sources)
      .map(([name, words]) => `*${name}*, ${words}`)
      .join('; ')}.`,
    details(
      'The figures behind the verdicts',
      markdownTable(
        ['claim', 'on', 'verdict', 'figures'],
        tested.flatMap(({ text, cells }) =>
          cells.flat().map(({ comparison, verdicts, figure }) => {
            return [text, `${comparison.title}, ${trajectoriesOf(comparison)}`, verdictWords(verdicts), figure];
          }),
        ),
      ),
    ),
    ...(open.length === 0 ? [] : [openLine(open)]),
  ].join('\n\n');
}

/**
 * "**shown** early, not shown at the end (500,000: ++··); **shown** (50,000, 10 %: ++++, no runs of db)": the verdicts, the
 * longest runs first, with the lengths of the runs and marks of their moments.
 */
function verdictCell({ problems }: Claim, judgements: readonly Judgement[]): string {
  if (judgements.length === 0) return '–';
  const sorted = [...judgements].sort((a, b) => lengthOf(b.comparison) - lengthOf(a.comparison));
  return groupBy(sorted, ({ verdicts }) => verdictWords(verdicts))
    .map((each) => {
      const lengths = each.map(({ comparison, marks, missing, isConfounded }) => {
        const share = paperShare(comparison);
        const length = formatCount(lengthOf(comparison)) + (share === undefined ? '' : `, ${share}`);
        const lacks = missing.length === 0 ? '' : `, no runs of ${missing.join(', ')}`;
        return `${length}: ${marks}${isConfounded ? '†' : ''}${lacks}`;
      });
      const [{ verdicts, comparison }] = each;
      const isTold = problems.includes(comparison.problem) && isPaperTarget(comparison);
      return `${verdictWords(verdicts)}${isTold ? '' : '°'} (${lengths.join('; ')})`;
    })
    .join('; ');
}

function verdictWords({ early, end }: Verdicts): string {
  const word = (verdict: Verdict) => (verdict === 'not shown' ? verdict : `**${verdict}**`);
  return early === undefined || early === end ? word(end) : `${word(early)} early, ${word(end)} at the end`;
}

function openLine(open: readonly string[]): string {
  return `No runs here test these claims: ${open.join('; ')}.`;
}
