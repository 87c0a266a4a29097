/** Molecules of atoms as lists, written for reading: the rules of building them, with nothing canonical or fast in it. */
export interface Atoms {
  /** For each atom its element (C, N, F, O), and what is set of it. */
  readonly atoms: readonly {
    readonly element: string;
    readonly charge?: number;
    readonly chirality?: string;
    readonly hydrogens?: number;
    readonly closed?: boolean;
  }[];
  readonly bonds: readonly { readonly u: number; readonly v: number; readonly order: number }[];
}

const valence: Readonly<Record<string, number>> = { C: 4, N: 5, F: 1, O: 2 };

function room({ atoms, bonds }: Atoms, atom: number): number {
  const { element, charge = 0, hydrogens = 0 } = atoms[atom];
  const used = bonds.filter(({ u, v }) => u === atom || v === atom).reduce((sum, { order }) => sum + order, 0);
  return valence[element] - Math.abs(charge) - hydrogens - used;
}

/** Every state that an action other than stopping leads to, one for each action. */
export function childrenOf(graph: Atoms): Atoms[] {
  const { atoms, bonds } = graph;
  const elements = ['C', 'N', 'F', 'O'];
  if (atoms.length === 0) return elements.map((element) => ({ atoms: [{ element }], bonds: [] }));
  const children: Atoms[] = [];
  for (const [i, atom] of atoms.entries()) {
    const set = (more: Partial<Atoms['atoms'][number]>): void => {
      children.push({ atoms: atoms.map((each, j) => (j === i ? { ...each, ...more } : each)), bonds });
    };
    if (room(graph, i) > 0) {
      for (const element of elements) {
        children.push({
          atoms: [...atoms, { element }],
          bonds: [...bonds, { u: i, v: atoms.length, order: 1 }],
        });
      }
      if (atom.charge === undefined) for (const charge of [1, -1]) set({ charge });
      if (atom.hydrogens === undefined) for (const hydrogens of [1, 2, 3]) set({ hydrogens });
    }
    if (atom.chirality === undefined) for (const chirality of ['@', '@@']) set({ chirality });
    if (atom.closed === undefined) set({ closed: true });
    for (let j = 0; j < i; j++) {
      const bonded = bonds.some(({ u, v }) => (u === i && v === j) || (u === j && v === i));
      if (!bonded && room(graph, i) > 0 && room(graph, j) > 0) {
        children.push({ atoms, bonds: [...bonds, { u: j, v: i, order: 1 }] });
      }
    }
  }
  for (const [i, { u, v, order }] of bonds.entries()) {
    if (order !== 1) continue;
    for (const more of [2, 3]) {
      if (room(graph, u) < more - 1 || room(graph, v) < more - 1) continue;
      children.push({ atoms, bonds: bonds.map((bond, j) => (j === i ? { ...bond, order: more } : bond)) });
    }
  }
  return children;
}

/** What graphs that differ in numbering alone have in common, and how many renumberings leave the graph as it is. */
export function classOf({ atoms, bonds }: Atoms): { key: string; symmetries: number } {
  const texts = permutations([...atoms.keys()]).map((place) => {
    const placed: Atoms['atoms'][number][] = [];
    for (const [i, atom] of atoms.entries()) placed[place[i]] = atom;
    const moved = bonds.map(
      ({ u, v, order }) => `${Math.min(place[u], place[v])} ${Math.max(place[u], place[v])} ${order}`,
    );
    return `${placed.map(atomText).join(',')};${moved.sort().join(',')}`;
  });
  const key = texts.reduce((min, text) => (text < min ? text : min));
  return { key, symmetries: texts.filter((text) => text === key).length };
}

function atomText({ element, charge = 0, chirality = '', hydrogens = 0, closed = false }: Atoms['atoms'][number]) {
  return [element, charge, chirality, hydrogens, closed].join(' ');
}

/** A state of the environment from its text, read on its own. */
export function readAtoms(text: string): Atoms {
  if (text === 'no atoms') return { atoms: [], bonds: [] };
  const [atoms, bonds = ''] = text.split('; ');
  const charges: Readonly<Record<string, number>> = { '+': 1, '-': -1 };
  return {
    atoms: atoms.split(' ').map((atom) => {
      const [, element, charge, chirality, hydrogens, closed] =
        /^([CNFO])([+-])?(@@?)?(?:H(\d))?(!)?$/.exec(atom) ?? [];
      return {
        element,
        ...(charge && { charge: charges[charge] }),
        ...(chirality && { chirality }),
        ...(hydrogens && { hydrogens: Number(hydrogens) }),
        ...(closed && { closed: true }),
      };
    }),
    bonds: bonds
      .split(' ')
      .filter((bond) => bond !== '')
      .map((bond) => {
        const [, u, sign, v] = /^(\d+)([-=#])(\d+)$/.exec(bond) ?? [];
        return { u: Number(u), v: Number(v), order: '-=#'.indexOf(sign) + 1 };
      }),
  };
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((first, i) =>
    permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [first, ...rest]),
  );
}
