const end = '<!-- end of figures -->';

/** An empty place for figures, as two lines. */
export function emptyPlace(name: string): string {
  return `${startOf(name)}\n${end}`;
}

function startOf(name: string): string {
  return `<!-- figures: ${name} -->`;
}

/**
 * Inserts tables at their places in a page, each between `<!-- figures: NAME -->` and `<!-- end of figures -->`. Places
 * without new figures stay unchanged.
 * @throws Error if the page lacks a place for given figures
 */
export function insertSections(page: string, sections: ReadonlyMap<string, string>): string {
  let result = page;
  for (const [name, text] of sections) {
    const start = startOf(name);
    const from = result.indexOf(start);
    const to = result.indexOf(end, from);
    if (from < 0 || to < 0) throw new Error(`The page has no place for the figures of ${name}: ${start} ... ${end}.`);
    result = `${result.slice(0, from + start.length)}\n\n${text}\n\n${result.slice(to)}`;
  }
  return result;
}
