/** The properties of an element by itself. */
export interface Element {
  readonly number: number;
  /** Electrons of the outer shell. */
  readonly outerElectrons: number;
  /** The usual numbers of bonds of an uncharged atom, the most common first. */
  readonly valences: readonly number[];
}

/** The elements of drug-like molecules. */
const elements: ReadonlyMap<string, Element> = new Map(
  (
    [
      ['H', 1, 1, [1]],
      ['B', 5, 3, [3]],
      ['C', 6, 4, [4]],
      ['N', 7, 5, [3]],
      ['O', 8, 6, [2]],
      ['F', 9, 7, [1]],
      ['Si', 14, 4, [4]],
      ['P', 15, 5, [3, 5, 7]],
      ['S', 16, 6, [2, 4, 6]],
      ['Cl', 17, 7, [1]],
      ['Br', 35, 7, [1]],
      ['I', 53, 7, [1]],
    ] as const
  ).map(([symbol, number, outerElectrons, valences]) => [symbol, { number, outerElectrons, valences }]),
);

/** @throws Error on an unknown symbol */
export function elementOf(symbol: string): Element {
  const element = elements.get(symbol);
  if (element !== undefined) return element;
  throw new Error(`There is no element ${symbol} here; known are ${[...elements.keys()].join(', ')}.`);
}
