import { type Metrics, metricDefinition, orderedMetrics } from '../metrics/catalogue.ts';

/**
 * Metrics as title and number with unit, in the catalogue's order. A problem's own have their plain names. Distances from
 * the target have the sign with which they are at least 0, but for rounding.
 */
export function metricRows(metrics: Metrics): [title: string, value: string][] {
  return orderedMetrics(metrics).flatMap((name) => {
    const value = metrics[name as keyof Metrics];
    if (value === undefined) return [];
    const { title, unit, distance = 1 } = metricDefinition(name);
    return [[title, `${formatFigure(distance * value)}${unit === undefined ? '' : ` ${unit}`}`] as [string, string]];
  });
}

/** The same, as lines in two columns. */
export function describeMetrics(metrics: Metrics): string[] {
  const rows = metricRows(metrics);
  const width = Math.max(0, ...rows.map(([title]) => title.length));
  return rows.map(([title, value]) => `${title.padEnd(width)}  ${value}`);
}

/** Explanations of metrics of sampled objects. */
export const sampledFigures: readonly (readonly [title: string, meaning: string])[] = [
  ['ELBO', 'a lower bound of log Z, from trajectories of the sampler; it rises as the sampler learns'],
  [
    'EUBO, held-out',
    'an upper bound of log Z as far as the held-out objects are like samples of the target; it falls, and the difference of the two tells how far the sampler is',
  ],
  ['correlation with log-reward', "Pearson's, of log R with log P_F − log P_B of one trajectory to each object"],
  [
    'distinct molecules',
    'canonical SMILES that differ, among the valid molecules, divided by the number of all samples',
  ],
  ['score', 'what the reward is made of, in units of its own'],
  [
    'Tanimoto diversity',
    'mean distance of fingerprints (Morgan, radius 2, 2048 bits) between the best different molecules sampled',
  ],
  ['modes', 'molecules of such a score, each less similar than 0.7 (Tanimoto) to all better ones'],
];

/** Four digits, without an exponent for numbers of ordinary size. */
export function formatFigure(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return size >= 1e-4 && size < 1e6 ? String(Number(value.toPrecision(4))) : value.toExponential(3);
}

/** 12345 becomes 12,345. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** "1 iteration", "12,345 trajectories". */
export function counted(count: number, noun: 'iteration' | 'trajectory' | 'time' | 'method' | 'run' | 'seed'): string {
  const many = noun === 'trajectory' ? 'trajectories' : `${noun}s`;
  return `${formatCount(count)} ${Math.round(count) === 1 ? noun : many}`;
}

/** A rate: an integer from 10 upwards, two digits below. */
export function formatRate(rate: number): string {
  return rate >= 10 || !Number.isFinite(rate) ? formatCount(rate) : String(Number(rate.toPrecision(2)));
}

/** "43 s", "2 min 05 s", "1 h 02 min". */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown';
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const padded = (value: number) => String(value).padStart(2, '0');
  if (hours > 0) return `${hours} h ${padded(minutes)} min`;
  if (minutes > 0) return `${minutes} min ${padded(whole % 60)} s`;
  return `${whole} s`;
}

/** In units of 1000, as disks are sold. */
export function formatBytes(bytes: number): string {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e3).toFixed(0)} kB`;
}

/**
 * Quotes a word for a shell: POSIX, or both cmd.exe and PowerShell on Windows. There quotes are doubled, which both
 * shells and the programs they start understand, and so are backslashes in front of one, which would escape it.
 */
export function quoted(word: string, platform: string = process.platform): string {
  if (platform === 'win32') {
    if (/^[\w./\\:=+-]+$/.test(word)) return word;
    return `"${word.replaceAll(/(\\*)"/g, '$1$1""').replace(/\\+$/, '$&$&')}"`;
  }
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** "a", "a and b", "a, b and c". */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}

/** Aligns a table's columns in lines of text. */
export function alignedLines(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i].length)));
  return [heads, ...rows].map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]))
      .join('  ')
      .trimEnd(),
  );
}
