/**
 * Strings of one length as a trie. Distributions over them use the library's numbering of strings: letters are digits,
 * the first the most significant.
 */
export interface Alphabet {
  readonly letters: string;
  readonly length: number;
}

/** The probability of each prefix: for each length the prefixes in the order of their numbers. */
export type PrefixShares = readonly Float64Array[];

export function prefixShares({ letters, length }: Alphabet, shares: ArrayLike<number>): PrefixShares {
  const base = letters.length;
  const levels: Float64Array[] = [Float64Array.from(shares)];
  for (let size = length - 1; size >= 0; size--) {
    const [longer] = levels;
    const level = new Float64Array(base ** size);
    for (let i = 0; i < longer.length; i++) level[Math.floor(i / base)] += longer[i];
    levels.unshift(level);
  }
  return levels;
}

/** The share of each letter at each position. */
export function letterShares({ letters, length }: Alphabet, levels: PrefixShares): readonly Float64Array[] {
  const base = letters.length;
  return Array.from({ length }, (_, place) => {
    const found = new Float64Array(base);
    const level = levels[place + 1];
    for (let i = 0; i < level.length; i++) found[i % base] += level[i];
    return found;
  });
}

/** A prefix in the picture. */
export interface TrieNode {
  readonly text: string;
  /** Its number among the prefixes of its length. */
  readonly index: number;
  readonly parent: TrieNode | undefined;
  readonly children: readonly TrieNode[];
  /** In rows from the top: a string's own row, otherwise the middle of its children. */
  readonly row: number;
}

/** An odd number, so that its multiples visit every number modulo a power of two once. */
const spread = 40503;

/** The trie of the most probable strings, in alphabetical order, without gaps. Ties are taken from everywhere. */
export function trieOf(alphabet: Alphabet, shares: ArrayLike<number>, count: number): TrieNode {
  const { letters, length } = alphabet;
  const base = letters.length;
  const scattered = (index: number) => (index * spread) % shares.length;
  const likeliest = Array.from(shares, (share, index) => ({ share, index }))
    .sort((a, b) => b.share - a.share || scattered(a.index) - scattered(b.index))
    .slice(0, count)
    .map(({ index }) => index)
    .sort((a, b) => a - b);
  const rowOf = new Map(likeliest.map((index, row) => [index, row]));
  const make = (text: string, index: number, parent: TrieNode | undefined): TrieNode => {
    const node = { text, index, parent, children: [] as TrieNode[], row: 0 };
    if (text.length === length) return Object.assign(node, { row: rowOf.get(index) ?? 0 });
    const below = base ** (length - text.length - 1);
    for (let letter = 0; letter < base; letter++) {
      const child = index * base + letter;
      const isWanted = likeliest.some((leaf) => Math.floor(leaf / below) === child);
      if (isWanted) node.children.push(make(text + letters[letter], child, node));
    }
    const rows = node.children.map(({ row }) => row);
    return Object.assign(node, { row: (rows[0] + rows[rows.length - 1]) / 2 });
  };
  return make('', 0, undefined);
}

/** A node and all below it, parents first. */
export function nodesOf(node: TrieNode): readonly TrieNode[] {
  return [node, ...node.children.flatMap(nodesOf)];
}

/** The probability of each letter after a prefix; undefined if the prefix has probability 0. */
export function choicesAt(levels: PrefixShares, { text, index }: TrieNode): readonly number[] | undefined {
  const here = levels[text.length][index];
  const longer = levels[text.length + 1];
  if (longer === undefined || here <= 0) return undefined;
  const base = longer.length / levels[text.length].length;
  return Array.from({ length: base }, (_, letter) => longer[index * base + letter] / here);
}

/** The node that a key leads to. */
export function nodeBeside(root: TrieNode, node: TrieNode, key: string, levels: PrefixShares): TrieNode | undefined {
  const { parent, children, text } = node;
  if (key === 'ArrowLeft') return parent;
  if (key === 'ArrowRight') {
    const share = (child: TrieNode) => levels[child.text.length][child.index];
    return children.length === 0
      ? undefined
      : children.reduce((best, child) => (share(child) > share(best) ? child : best));
  }
  const level = nodesOf(root).filter((each) => each.text.length === text.length);
  const by = { ArrowUp: -1, ArrowDown: 1 }[key];
  return by === undefined ? undefined : level[level.indexOf(node) + by];
}
