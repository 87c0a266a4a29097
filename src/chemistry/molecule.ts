/** An atom of a molecule. */
export interface Atom {
  /** The element's symbol, such as `C`. */
  readonly element: string;
  /** The formal charge. */
  readonly charge: number;
  readonly aromatic: boolean;
  /**
   * Explicit hydrogens, as in `[nH]`. If absent, as many as the element's usual valence leaves room for, as for a
   * SMILES atom without brackets; see `hydrogensOf`.
   */
  readonly hydrogens?: number;
  /**
   * The direction in which the neighbours turn, seen from the first, in the order of the bonds with a hydrogen or lone
   * pair last: SMILES's `@` and `@@`.
   */
  readonly chirality?: 'counterclockwise' | 'clockwise';
}

/** A bond between two atoms, by their numbers. */
export interface Bond {
  readonly atoms: readonly [number, number];
  readonly order: 1 | 2 | 3 | 'aromatic';
}

/** A molecule as a graph, as environments build it and chemistry packages receive it. */
export interface Molecule {
  readonly atoms: readonly Atom[];
  readonly bonds: readonly Bond[];
}
