/** The words of a progress line. */
export interface ProgressWords {
  /** The sampler's distance from its target, or how good its objects are; empty until known. */
  readonly metric: string;
  readonly iteration: string;
  readonly left: string;
  readonly rate: string;
}

/** The longest bar, and the shortest that is still useful. */
const longest = 20;
const shortest = 4;

/**
 * One line of at most `columns` characters: the metric first, since people watch a run for it, then as much as fits.
 * The bar shrinks, and is dropped before any words.
 * @param share the completed share of the run, from 0 to 1
 */
export function progressLine(words: ProgressWords, share: number, columns: number): string {
  const inOrder = [words.metric, words.iteration, words.left, words.rate].filter((each) => each !== '');
  let line = '';
  for (const [i, each] of inOrder.entries()) {
    const longer = i === 0 ? each : `${line}  ${each}`;
    if (longer.length > columns) break;
    line = longer;
  }
  if (line === '') return endOf(inOrder[0] ?? '', columns);
  const room = Math.min(longest, columns - line.length - 2);
  if (room >= shortest) {
    const done = Math.round(share * room);
    return `${'━'.repeat(done)}${'┄'.repeat(room - done)}  ${line}`;
  }
  return line;
}

/** The last words that fit; a figure's name stands in front of its details. */
function endOf(text: string, columns: number): string {
  const words = text.split(' ');
  while (words.length > 1 && words.join(' ').length > columns) words.shift();
  return words.join(' ').slice(0, Math.max(columns, 0));
}
