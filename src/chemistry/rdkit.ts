import { checkGiven } from '../text/check-given.ts';
import type { Chemistry, DrugProperties } from './chemistry.ts';
import { acceptorPatterns, alertPatterns, aliphaticRingPattern } from './drug-patterns.ts';
import type { Bond, Molecule } from './molecule.ts';
import { ELEMENT_SYMBOLS } from './valence.ts';
import { writeSmiles } from './write-smiles.ts';

/** The part of an RDKit molecule that flowtape uses. It is in RDKit's memory until it is deleted. */
export interface RdkitMolecule {
  is_valid(): boolean;
  get_smiles(): string;
  get_json(): string;
  get_descriptors(): string;
  get_morgan_fp_as_uint8array(details: string): Uint8Array;
  get_svg_with_highlights(details: string): string;
  get_substruct_match(pattern: RdkitMolecule): string;
  get_substruct_matches(pattern: RdkitMolecule): string;
  delete(): void;
}

/** The part that flowtape uses of the module from `initRDKitModule` of the package `@rdkit/rdkit`. */
export interface RdkitModule {
  /** RDKit's version. */
  version(): string;
  /** Reads a SMILES; null if it is not a valid molecule. */
  get_mol(smiles: string): RdkitMolecule | null;
  /** Reads a SMARTS pattern; null if it is invalid. */
  get_qmol(smarts: string): RdkitMolecule | null;
}

/** Bonds have the same length in all drawings, unless a molecule would not fit. */
const DRAWING = { fixedBondLength: 24, bondLineWidth: 1.5, clearBackground: true };

const FINGERPRINT = JSON.stringify({ radius: 2, nBits: 2048 });

/** Chemistry by RDKit, opened: in a page `rdkitChemistry(await initRDKitModule())`, in Node see `openNodeChemistry`. */
export function rdkitChemistry(rdkit: RdkitModule): Chemistry {
  checkGiven('rdkitChemistry', { rdkit }, { version: 'function', get_mol: 'function' });
  let patterns: DrugPatterns | undefined;

  return {
    name: `RDKit ${rdkit.version()}`,
    canonicalSmiles(molecule) {
      // RDKit may accept a molecule but reject its SMILES, so the SMILES is read back too.
      const smiles = whileOpen(rdkit, writeSmiles(molecule), (opened) => opened?.get_smiles());
      return smiles === undefined ? undefined : whileOpen(rdkit, smiles, (opened) => opened && smiles);
    },
    readSmiles: (smiles) => whileRead(rdkit, smiles, (opened) => moleculeOf(opened.get_json())),
    // The bytes are copied, since they may be in RDKit's own memory, which the next molecule overwrites.
    fingerprint: (smiles) =>
      whileRead(rdkit, smiles, (opened) => opened.get_morgan_fp_as_uint8array(FINGERPRINT).slice()),
    drugProperties: (smiles) =>
      whileRead(rdkit, smiles, (opened) => {
        patterns ??= openPatterns(rdkit);
        return drugPropertiesOf(opened, patterns);
      }),
    drawing: (smiles, { width, height }) =>
      whileRead(rdkit, smiles, (opened) =>
        opened.get_svg_with_highlights(JSON.stringify({ width, height, ...DRAWING })),
      ),
    close() {
      for (const pattern of patterns === undefined ? [] : allPatterns(patterns)) pattern.delete();
      patterns = undefined;
    },
  };
}

/** Opens a SMILES for the duration of `use`, and always deletes it; passes undefined for an invalid molecule. */
function whileOpen<T>(rdkit: RdkitModule, smiles: string, use: (molecule: RdkitMolecule | undefined) => T): T {
  const molecule = rdkit.get_mol(smiles);
  if (molecule === null) return use(undefined);
  try {
    return use(molecule.is_valid() ? molecule : undefined);
  } finally {
    molecule.delete();
  }
}

function whileRead<T>(rdkit: RdkitModule, smiles: string, use: (molecule: RdkitMolecule) => T): T {
  return whileOpen(rdkit, smiles, (molecule) => {
    if (molecule !== undefined && smiles !== '') return use(molecule);
    throw new Error(`"${smiles}" is not the SMILES of a valid molecule.`);
  });
}

/** A molecule in RDKit's JSON; atoms and bonds list only what differs from the defaults. */
interface MoleculeJson {
  readonly defaults: { readonly atom: AtomJson; readonly bond: { readonly bo: number } };
  readonly molecules: readonly [
    {
      readonly atoms: readonly Partial<AtomJson>[];
      readonly bonds: readonly { readonly bo?: number; readonly atoms: readonly [number, number] }[];
    },
  ];
}

interface AtomJson {
  readonly z: number;
  readonly impHs: number;
  readonly chg: number;
  readonly stereo: string;
  /** The mass number, if one is written. */
  readonly isotope?: number;
}

function moleculeOf(json: string): Molecule {
  const { defaults, molecules } = JSON.parse(json) as MoleculeJson;
  const atoms = molecules[0].atoms.map((given) => {
    const { z, impHs, chg, stereo, isotope } = { ...defaults.atom, ...given };
    const element = ELEMENT_SYMBOLS.get(z);
    if (element === undefined) throw new Error(`Molecules with atoms of atomic number ${z} are not read.`);
    if (isotope) {
      throw new Error(
        `Molecules with isotopes are not read, as of ${element} with mass number ${isotope}; leave it out.`,
      );
    }
    const atom = { element, charge: chg, aromatic: false, hydrogens: impHs };
    if (stereo === 'cw') return { ...atom, chirality: 'clockwise' as const };
    return stereo === 'ccw' ? { ...atom, chirality: 'counterclockwise' as const } : atom;
  });
  const bonds = molecules[0].bonds.map(({ bo = defaults.bond.bo, atoms }): Bond => {
    if (bo !== 1 && bo !== 2 && bo !== 3) throw new Error(`Molecules with bonds of order ${bo} are not read.`);
    return { atoms, order: bo };
  });
  return { atoms, bonds };
}

/** The substructures that QED counts, opened once, since parsing them takes longer than rating a molecule. */
interface DrugPatterns {
  readonly acceptors: readonly RdkitMolecule[];
  readonly alerts: readonly RdkitMolecule[];
  readonly aliphaticRing: RdkitMolecule;
}

function openPatterns(rdkit: RdkitModule): DrugPatterns {
  const open = (smarts: string): RdkitMolecule => {
    const pattern = rdkit.get_qmol(smarts);
    if (pattern === null) throw new Error(`RDKit ${rdkit.version()} does not read the SMARTS ${smarts}.`);
    return pattern;
  };
  return {
    acceptors: acceptorPatterns.map(open),
    alerts: alertPatterns.map(open),
    aliphaticRing: open(aliphaticRingPattern),
  };
}

function allPatterns({ acceptors, alerts, aliphaticRing }: DrugPatterns): RdkitMolecule[] {
  return [...acceptors, ...alerts, aliphaticRing];
}

/** The RDKit descriptors that QED uses. */
interface Descriptors {
  readonly amw: number;
  readonly CrippenClogP: number;
  readonly NumHBD: number;
  readonly tpsa: number;
  readonly NumRotatableBonds: number;
}

function drugPropertiesOf(molecule: RdkitMolecule, { acceptors, alerts, aliphaticRing }: DrugPatterns): DrugProperties {
  const descriptors = JSON.parse(molecule.get_descriptors()) as Descriptors;
  return {
    weight: descriptors.amw,
    lipophilicity: descriptors.CrippenClogP,
    hydrogenBondAcceptors: acceptors.reduce((sum, pattern) => sum + matchesOf(molecule, pattern).length, 0),
    hydrogenBondDonors: descriptors.NumHBD,
    polarSurfaceArea: descriptors.tpsa,
    rotatableBonds: descriptors.NumRotatableBonds,
    aromaticRings: aromaticRings(molecule, aliphaticRing),
    structuralAlerts: alerts.filter((pattern) => molecule.get_substruct_match(pattern) !== '{}').length,
  };
}

/** The atoms of each match. RDKit writes no match as an empty object. */
function matchesOf(molecule: RdkitMolecule, pattern: RdkitMolecule): number[][] {
  const found: unknown = JSON.parse(molecule.get_substruct_matches(pattern));
  return Array.isArray(found) ? found.map((match: { atoms: number[] }) => match.atoms) : [];
}

/** The number of rings that remain without the aliphatic ring atoms: bonds minus atoms plus connected parts. */
function aromaticRings(molecule: RdkitMolecule, aliphaticRing: RdkitMolecule): number {
  const { atoms, bonds } = (JSON.parse(molecule.get_json()) as MoleculeJson).molecules[0];
  const gone = new Set(matchesOf(molecule, aliphaticRing).flat());
  const part = atoms.map((_, atom) => atom);
  const partOf = (atom: number): number => {
    let root = atom;
    while (part[root] !== root) root = part[root];
    return root;
  };
  let rings = 0;
  for (const { atoms: ends } of bonds) {
    if (ends.some((end) => gone.has(end))) continue;
    const [u, v] = ends.map(partOf);
    // A bond within a part closes a ring.
    if (u === v) rings++;
    else part[u] = v;
  }
  return rings;
}
