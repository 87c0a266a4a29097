import { nearestName } from '../text/nearest.ts';
import { quoted } from '../text/quoted.ts';

/**
 * The entry of this name.
 * @param what the entries are, such as `objective`
 * @throws Error with the nearest known name and all of them
 */
export function findNamed<Entry extends { readonly name: string }>(
  what: string,
  entries: readonly Entry[],
  name: string,
): Entry {
  const found = entries.find((entry) => entry.name === name);
  if (found !== undefined) return found;
  const names = entries.map((entry) => entry.name);
  const nearest = nearestName(name, names);
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  throw new Error(`There is no ${what} ${quoted(name)}.${hint} Known: ${names.join(', ')}.`);
}
