/** An atom of a molecule. */
export interface Atom {
  /** The element's symbol, such as `C`. */
  readonly element: string;
  /** The formal charge. */
  readonly charge: number;
  readonly aromatic: boolean;
  /**
   * Hydrogens written out, as in `[nH]`. Absent: as many as the element's usual valence leaves room for, which is what a
   * SMILES atom without brackets means; see `hydrogensOf`.
   */
  readonly hydrogens?: number;
  /**
   * The sense in which the neighbours turn, seen from the first, in the order of the bonds and a hydrogen or lone pair
   * last: SMILES's `@` and `@@`.
   */
  readonly chirality?: 'counterclockwise' | 'clockwise';
}

/** A bond between two atoms, by their numbers. */
export interface Bond {
  readonly atoms: readonly [number, number];
  readonly order: 1 | 2 | 3 | 'aromatic';
}

/** A molecule as a graph: what environments of molecules build, and what chemistry packages are given. */
export interface Molecule {
  readonly atoms: readonly Atom[];
  readonly bonds: readonly Bond[];
}
