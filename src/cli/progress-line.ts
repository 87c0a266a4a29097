/** What a progress line tells, in words. */
export interface ProgressWords {
  /** How far the sampler is from its target, or how good its objects are; empty before it is known. */
  readonly metric: string;
  readonly iteration: string;
  readonly left: string;
  readonly rate: string;
}

/** The longest bar, and the shortest that still shows anything. */
const longest = 20;
const shortest = 4;

/**
 * One line of at most `columns` characters: the metric first, since it is what a run is watched for, and behind it what
 * there is room for. The bar shrinks, and goes before words do.
 * @param share how much of the run is done, from 0 to 1
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

/** As many of the last words as there is room for: what is told of a figure stands behind its name. */
function endOf(text: string, columns: number): string {
  const words = text.split(' ');
  while (words.length > 1 && words.join(' ').length > columns) words.shift();
  return words.join(' ').slice(0, Math.max(columns, 0));
}
