import { randomFrom } from '../random/random-from.ts';
import type { NamedSetting } from '../run/named-settings.ts';
import { UsageError } from './errors.ts';
import { maxTrials, type Range, type Setting, type Settings, type SweepFile } from './sweep-file.ts';

/** One combination of a sweep's grid and random values, by key. */
export interface Variant {
  readonly settings: Settings;
  readonly parts: readonly VariantPart[];
}

/** What some of a combination's values have in the name of a folder. */
interface VariantPart {
  readonly label: string;
  readonly keys: readonly string[];
  /** Where the file has them. */
  readonly place: string;
}

/**
 * The combinations of a sweep's grid and random values. Throws a UsageError if there are too many.
 * @param settings those of the method, of which integers are drawn as such
 */
export function variantsOf(
  sweep: SweepFile,
  settings: readonly NamedSetting[],
  keyOfName: (name: string) => string,
): Variant[] {
  let grid: Variant[] = [{ settings: {}, parts: [] }];
  for (const [name, values] of Object.entries(sweep.grid)) {
    const labels = valueLabels(values);
    const key = keyOfName(name);
    grid = grid.flatMap((one) =>
      values.map((value, i) => ({
        settings: { ...one.settings, [key]: value },
        parts: [...one.parts, { label: `${name.replace(/^--/, '')}=${labels[i]}`, keys: [key], place: 'grid' }],
      })),
    );
    if (grid.length > maxTrials) throw new UsageError(`The sweep has more than ${maxTrials} trials: make it smaller.`);
  }
  if (sweep.random === undefined) return grid;
  const draws = drawn(sweep.random, settings, keyOfName);
  return grid.flatMap((one) =>
    draws.map((draw, i) => ({
      settings: { ...one.settings, ...draw },
      parts: [...one.parts, { label: `draw${i + 1}`, keys: Object.keys(draw), place: 'random.options' }],
    })),
  );
}

/** How many characters of a value its label has: folders' names are limited. */
const maxLabel = 40;

/**
 * The values of a grid's option in the names of folders. Different values have different labels, also on systems where "A"
 * and "a" are one name; equal ones have the same.
 */
function valueLabels(values: readonly Setting[]): string[] {
  const labels = new Map<string, string>();
  const taken = new Set<string>();
  return values.map((value) => {
    const key = typeof value === 'boolean' || value === null ? `(${value})` : String(value);
    const known = labels.get(key);
    if (known !== undefined) return known;
    const text = String(value ?? 'off')
      .replaceAll(/[^\w.+-]/g, '_')
      .slice(0, maxLabel);
    let label = text;
    for (let i = 2; taken.has(label.toLowerCase()); i++) label = `${text}_${i}`;
    taken.add(label.toLowerCase());
    labels.set(key, label);
    return label;
  });
}

/** Draws are the same for every method, and the first ones do not depend on `count`. */
function drawn(
  { count, seed, options }: NonNullable<SweepFile['random']>,
  settings: readonly NamedSetting[],
  keyOfName: (name: string) => string,
): Settings[] {
  const isInteger = (key: string) => settings.some((each) => each.key === key && each.option.kind === 'integer');
  const random = randomFrom(seed);
  return Array.from({ length: count }, () =>
    Object.fromEntries(
      Object.entries(options).map(([name, draw]) => {
        const share = random();
        const key = keyOfName(name);
        return [key, 'scale' in draw ? within(draw, share, isInteger(key)) : draw[Math.floor(share * draw.length)]];
      }),
    ),
  );
}

/** Three digits are fine enough for a search, and readable. */
function within({ from, to, scale }: Range, share: number, isInteger: boolean): number {
  const value = scale === 'log' ? from * (to / from) ** share : from + (to - from) * share;
  return isInteger ? Math.round(value) : Math.min(to, Math.max(from, Number(value.toPrecision(3))));
}
