/**
 * Inserts tables at their places in a page, each between `<!-- figures: NAME -->` and `<!-- end of figures -->`. Places
 * without new figures stay unchanged.
 * @throws Error if the page lacks a place for given figures
 */
export function insertSections(page: string, sections: ReadonlyMap<string, string>): string {
  let result = page;
  for (const [name, text] of sections) {
    const [start, end] = [`<!-- figures: ${name} -->`, '<!-- end of figures -->'];
    const from = result.indexOf(start);
    const to = result.indexOf(end, from);
    if (from < 0 || to < 0) throw new Error(`The page has no place for the figures of ${name}: ${start} ... ${end}.`);
    result = `${result.slice(0, from + start.length)}\n\n${text}\n\n${result.slice(to)}`;
  }
  return result;
}
