import type { Atom, Bond, Molecule } from '../../chemistry/molecule.ts';
import { bondSums, hydrogensOf } from '../../chemistry/valence.ts';
import {
  ATOM_ELEMENTS,
  attributeOf,
  CHARGE,
  CHIRALITY,
  chargeOf,
  elementOf,
  NO_FURTHER_HYDROGENS,
  WRITTEN_HYDROGENS,
  withAttribute,
} from './atom-graph.ts';
import type { WrittenGraph } from './atom-graph-text.ts';

const CHIRALITIES = [undefined, 'clockwise', 'counterclockwise'] as const;

/**
 * The molecule of these atoms and bonds. Explicit hydrogens count as bonds; then each atom gets as many more as its
 * usual valence leaves room for, unless it is marked as having no further ones.
 */
export function moleculeOfAtoms({ kinds, bonds: written }: WrittenGraph): Molecule {
  const bonds = written.map(([u, v, order]): Bond => ({ atoms: [u, v], order: order as 1 | 2 | 3 }));
  const bare = kinds.map(
    (kind): Atom => ({ element: ATOM_ELEMENTS[elementOf(kind)], charge: chargeOf(kind), aromatic: false }),
  );
  const sums = bondSums({ atoms: bare, bonds });
  const atoms = kinds.map((kind, i): Atom => {
    const hydrogens = attributeOf(kind, WRITTEN_HYDROGENS);
    const closed = attributeOf(kind, NO_FURTHER_HYDROGENS) === 1;
    const chirality = CHIRALITIES[attributeOf(kind, CHIRALITY)];
    return {
      ...bare[i],
      ...((closed || hydrogens > 0) && {
        hydrogens: closed ? hydrogens : hydrogens + hydrogensOf(bare[i], sums[i] + hydrogens),
      }),
      ...(chirality && { chirality }),
    };
  });
  return { atoms, bonds };
}

/**
 * Atoms and bonds of a molecule, with as few attributes as possible.
 * @throws Error whose message is the end of a sentence, if there are none
 */
export function writtenAtoms({ atoms, bonds }: Molecule): WrittenGraph {
  const sums = bondSums({ atoms, bonds });
  const kinds = atoms.map((atom, i) => {
    const { element, charge, aromatic, hydrogens, chirality } = atom;
    let kind = (ATOM_ELEMENTS as readonly string[]).indexOf(element);
    if (kind < 0) throw new Error(`it has an atom of ${element}; known are ${ATOM_ELEMENTS.join(', ')}`);
    if (aromatic) throw new Error('its aromatic bonds have to be written as single and double ones');
    if (Math.abs(charge) > 1) throw new Error(`it has an atom of charge ${charge}; known are -1, 0 and 1`);
    kind = withAttribute(kind, CHARGE, [0, 1, -1].indexOf(charge));
    kind = withAttribute(kind, CHIRALITY, CHIRALITIES.indexOf(chirality));
    const { hydrogens: _, ...open } = atom;
    if (hydrogens === undefined || hydrogens === hydrogensOf(open, sums[i])) return kind;
    if (hydrogens > 3) throw new Error(`it has an atom with ${hydrogens} hydrogens written out; known are up to 3`);
    kind = withAttribute(kind, WRITTEN_HYDROGENS, hydrogens);
    return withAttribute(kind, NO_FURTHER_HYDROGENS, 1);
  });
  return {
    kinds,
    bonds: bonds.map(({ atoms: [u, v], order }) => {
      if (order === 'aromatic') throw new Error('its aromatic bonds have to be written as single and double ones');
      return [u, v, order];
    }),
  };
}

/**
 * The kinds of atoms with chirality relative to the numbers of their neighbours, converted from chirality relative to
 * the order of bonds.
 */
export function turnedKinds({ kinds, bonds }: WrittenGraph, place: ArrayLike<number>): number[] {
  return kinds.map((kind, atom) => {
    const chirality = attributeOf(kind, CHIRALITY);
    if (chirality === 0) return kind;
    const places = bonds.flatMap(([u, v]) => (u === atom ? [place[v]] : v === atom ? [place[u]] : []));
    let odd = false;
    for (const [i, later] of places.entries()) {
      for (const earlier of places.slice(0, i)) if (earlier > later) odd = !odd;
    }
    return odd ? withAttribute(kind, CHIRALITY, 3 - chirality) : kind;
  });
}
