import type { Molecule } from './molecule.ts';

/**
 * What flowtape asks of a chemistry package. The library has none inside: open RDKit's (`rdkitChemistry`, or in Node
 * `openNodeChemistry`) and pass it on.
 */
export interface Chemistry {
  /** The package and its version, for reports. */
  readonly name: string;
  /**
   * The canonical SMILES of a molecule, which is the same however its atoms are numbered; undefined where the molecule
   * is not valid: its valences or aromatic rings cannot be, or its own SMILES does not read back.
   */
  canonicalSmiles(molecule: Molecule): string | undefined;
  /**
   * The molecule that a SMILES stands for, with its rings' double bonds in place (no atom is aromatic) and every
   * hydrogen counted. The geometry of double bonds is left out.
   * @throws Error on a SMILES that does not parse or is no valid molecule, and on isotopes.
   */
  readSmiles(smiles: string): Molecule;
  /**
   * Bits of the circular substructures that a molecule has (Morgan fingerprint, radius 2, 2048 bits, as 256 bytes):
   * what `tanimotoSimilarity` compares.
   * @throws Error as `readSmiles` does.
   */
  fingerprint(smiles: string): Uint8Array;
  /**
   * What drug-likeness is made of; `drugLikeness` turns it into QED.
   * @throws Error as `readSmiles` does.
   */
  drugProperties(smiles: string): DrugProperties;
  /**
   * The structure as an SVG file of that many pixels.
   * @throws Error as `readSmiles` does.
   */
  drawing(smiles: string, size: { readonly width: number; readonly height: number }): string;
  /** Gives back what the package holds. Nothing else may be called then. */
  close(): void;
}

/** The eight properties that QED rates (Bickerton et al., Quantifying the chemical beauty of drugs, 2012). */
export interface DrugProperties {
  /** Molecular weight, in dalton. */
  readonly weight: number;
  /** The logarithm of the octanol-water partition coefficient, after Wildman and Crippen. */
  readonly lipophilicity: number;
  readonly hydrogenBondAcceptors: number;
  readonly hydrogenBondDonors: number;
  /** Topological polar surface area, in square ångström. */
  readonly polarSurfaceArea: number;
  readonly rotatableBonds: number;
  readonly aromaticRings: number;
  /** How many of the substructures it has that medicinal chemists avoid. */
  readonly structuralAlerts: number;
}
