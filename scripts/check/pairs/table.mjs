// The tables of docs/pairs.md, from measurements.

const [begin, end] = ['<!-- pairs, by scripts/check/pairs.mjs -->', '<!-- end of pairs -->'];

/** A page with its tables replaced. */
export function writeTables(page, records, { problems, objectives }) {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`The page has no place for tables: no line ${begin}, or no ${end} behind it.`);
  const find = (problem, objective) =>
    records.find((record) => record.problem === problem.name && record.objective === objective.name);
  const known = problems.filter((problem) => objectives.some((objective) => find(problem, objective)));
  const names = problems.map(({ name }) => name);
  const notes = notesOf(records, names);
  const cellsOf = (cell) =>
    known.map((problem) => [
      `\`${problem.name}\``,
      ...objectives.map((objective) => {
        const record = find(problem, objective);
        return record === undefined
          ? ''
          : record.refused === undefined
            ? cell(record)
            : `[${notes.get(keyOf(record.refused, names)).number}]`;
      }),
    ]);
  const table = (cells) => [
    `| | ${objectives.map(({ name }) => `\`${name}\``).join(' | ')} |`,
    `|---|${'--:|'.repeat(objectives.length)}`,
    ...cells.map((row) => `| ${row.join(' | ')} |`),
  ];
  const text = [
    begin,
    'Total variation between the learnt distribution and the target, computed exactly; or, if objects are too many to',
    'enumerate, the correlation r of log-probability with log-reward over sampled objects.',
    '',
    ...table(cellsOf(figure)),
    '',
    'The number of iterations before these figures, out of the default number.',
    '',
    ...table(cellsOf(({ steps, ofSteps }) => (steps === ofSteps ? `${steps}` : `${steps} of ${ofSteps}`))),
    '',
    'The messages of refused pairs; other problems get the same message with their names:',
    '',
    ...[...notes.values()].map(({ number, message }) => `- [${number}] ${message}`),
    end,
  ];
  return page.slice(0, from) + text.join('\n') + page.slice(to + end.length);
}

function figure({ metrics }) {
  const { totalVariation, logRewardCorrelation } = metrics;
  if (totalVariation !== undefined) return totalVariation.toFixed(3);
  return logRewardCorrelation == null ? '-' : `r ${logRewardCorrelation.toFixed(2)}`;
}

/** One number for each reason: messages that differ only in names share one, and the first is quoted. */
function notesOf(records, names) {
  const reasons = new Map();
  for (const { refused } of records) {
    if (refused === undefined) continue;
    const key = keyOf(refused, names);
    if (!reasons.has(key)) reasons.set(key, { number: reasons.size + 1, message: refused.replaceAll('\n', ' ') });
  }
  return reasons;
}

/** A message without the names of problems, environments and rewards, which follow `and`, `environment` or `reward`. */
function keyOf(message, names) {
  const words = new Set(names);
  return message
    .replaceAll(/the reward .*? offers/g, 'the reward offers')
    .split(/\s+/)
    .filter((word) => !words.has(word.replace(/[:.,]$/, '')))
    .join(' ');
}
