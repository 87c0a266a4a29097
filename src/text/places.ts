const end = '<!-- end of figures -->';

/** An empty place for figures, as two lines. */
export function emptyPlace(name: string): string {
  return `${startOf(name)}\n${end}`;
}

function startOf(name: string): string {
  return `<!-- figures: ${name} -->`;
}

/**
 * Inserts tables at their places in a page, each between the lines `<!-- figures: NAME -->` and `<!-- end of figures -->`.
 * Everything else stays as it is, and the tables end their lines as the page does; marks within a line are text.
 * @throws Error if given figures have no place in the page or two, or if theirs has no end before the next place
 */
export function insertSections(page: string, sections: ReadonlyMap<string, string>): string {
  return [...sections].reduce((text, [name, figures]) => insertSection(text, name, figures), page);
}

function insertSection(page: string, name: string, figures: string): string {
  const lines = page.split('\n');
  const marks = lines.flatMap((line, at) => (isMark(line.trim()) ? [{ mark: line.trim(), at }] : []));
  const start = startOf(name);
  const [place, second] = marks.flatMap(({ mark }, i) => (mark === start ? [i] : []));
  if (place === undefined) throw new Error(`The page has no place for the figures of ${name}: ${start} ... ${end}.`);
  if (second !== undefined) {
    const [first, other] = [place, second].map((i) => marks[i].at + 1);
    throw new Error(`The page has two places for the figures of ${name}, in lines ${first} and ${other}.`);
  }
  const [from, to] = marks.slice(place, place + 2);
  if (to?.mark !== end) {
    throw new Error(
      `The place for the figures of ${name}, in line ${from.at + 1}, has no end: ${end} in a line of its own.`,
    );
  }
  // On Windows a page may have \r before each \n.
  const cr = lines[from.at].endsWith('\r') ? '\r' : '';
  const added = ['', ...figures.split(/\r?\n/), ''].map((line) => `${line}${cr}`);
  return [...lines.slice(0, from.at + 1), ...added, ...lines.slice(to.at)].join('\n');
}

function isMark(line: string): boolean {
  return line === end || (line.startsWith('<!-- figures: ') && line.endsWith(' -->'));
}
