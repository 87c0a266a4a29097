import type { Molecule } from './molecule.ts';

/**
 * The interface to a chemistry package. The library has none inside: open RDKit's (`rdkitChemistry`, or in Node
 * `openNodeChemistry`) and pass it on.
 */
export interface Chemistry {
  /** The package and its version, for reports. */
  readonly name: string;
  /**
   * The canonical SMILES of a molecule, which does not depend on the numbering of its atoms; undefined if the molecule
   * is not valid: if its valences or aromatic rings are impossible, or its own SMILES does not read back.
   */
  canonicalSmiles(molecule: Molecule): string | undefined;
  /**
   * The molecule of a SMILES, with its rings' double bonds in place (no atom is aromatic) and every hydrogen counted.
   * The geometry of double bonds is left out.
   * @throws Error if the SMILES does not parse, is not a valid molecule, or has isotopes.
   */
  readSmiles(smiles: string): Molecule;
  /**
   * The Morgan fingerprint of a molecule (circular substructures of radius 2, 2048 bits, as 256 bytes), for
   * `tanimotoSimilarity`.
   * @throws Error as `readSmiles` does.
   */
  fingerprint(smiles: string): Uint8Array;
  /**
   * The properties that make up drug-likeness; `drugLikeness` turns them into QED.
   * @throws Error as `readSmiles` does.
   */
  drugProperties(smiles: string): DrugProperties;
  /**
   * The structure as an SVG file of this size in pixels.
   * @throws Error as `readSmiles` does.
   */
  drawing(smiles: string, size: { readonly width: number; readonly height: number }): string;
  /** Frees the package's memory; nothing else may be called afterwards. */
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
  /** The number of substructures that medicinal chemists avoid. */
  readonly structuralAlerts: number;
}
