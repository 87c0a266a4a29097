// The tables of docs/pairs.md, out of what was measured.

const [begin, end] = ['<!-- pairs, by scripts/check/pairs.mjs -->', '<!-- end of pairs -->'];

/** A page with its tables written anew. */
export function writeTables(page, records, { problems, objectives }) {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`The page has no place for tables: no line ${begin}, or no ${end} behind it.`);
  const find = (problem, objective) =>
    records.find((record) => record.problem === problem.name && record.objective === objective.name);
  const known = problems.filter((problem) => objectives.some((objective) => find(problem, objective)));
  const notes = notesOf(records);
  const cellsOf = (cell) =>
    known.map((problem) => [
      `\`${problem.name}\``,
      ...objectives.map((objective) => {
        const record = find(problem, objective);
        return record === undefined
          ? ''
          : record.refused === undefined
            ? cell(record)
            : `[${notes.get(noteOf(record))}]`;
      }),
    ]);
  const table = (cells) => [
    `| | ${objectives.map(({ name }) => `\`${name}\``).join(' | ')} |`,
    `|---|${'--:|'.repeat(objectives.length)}`,
    ...cells.map((row) => `| ${row.join(' | ')} |`),
  ];
  const text = [
    begin,
    'Total variation between what is sampled and the target, computed exactly; or, with an r before it, the correlation of',
    'log-probability with log-reward over objects that were sampled, where there are too many to enumerate.',
    '',
    ...table(cellsOf(figure)),
    '',
    'Iterations that these figures are after, of the default number.',
    '',
    ...table(cellsOf(({ steps, ofSteps }) => (steps === ofSteps ? `${steps}` : `${steps} of ${ofSteps}`))),
    '',
    'What was refused, in the words of the program:',
    '',
    ...[...notes].map(([message, letter]) => `- [${letter}] ${message}`),
    end,
  ];
  return page.slice(0, from) + text.join('\n') + page.slice(to + end.length);
}

function figure({ metrics }) {
  const { totalVariation, logRewardCorrelation } = metrics;
  if (totalVariation !== undefined) return totalVariation.toFixed(3);
  return logRewardCorrelation == null ? '-' : `r ${logRewardCorrelation.toFixed(2)}`;
}

/** One letter for each reason: what differs only in the names of the problem and the objective is one. */
function notesOf(records) {
  const reasons = [...new Set(records.filter(({ refused }) => refused !== undefined).map(noteOf))];
  return new Map(reasons.map((reason, i) => [reason, String.fromCharCode('a'.charCodeAt(0) + i)]));
}

function noteOf({ refused }) {
  return refused.replaceAll('\n', ' ');
}
