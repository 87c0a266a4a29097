import { quoted } from '../../text/quoted.ts';
import {
  ATOM_ELEMENTS,
  attributeOf,
  CHARGE,
  CHIRALITY,
  elementOf,
  NO_FURTHER_HYDROGENS,
  WRITTEN_HYDROGENS,
  withAttribute,
} from './atom-graph.ts';

/** Atoms and bonds in text: the kind of each atom, and two atoms and an order for each bond. */
export interface WrittenGraph {
  readonly kinds: readonly number[];
  readonly bonds: readonly (readonly [number, number, number])[];
}

const charges = ['', '+', '-'];
const chiralities = ['', '@@', '@'];
const bondSigns = ['', '-', '=', '#'];

/** As in `C N+@H2! O; 0-1 1=2`: atoms with their attributes, then bonds by the atoms' numbers. */
export function writeGraphText({ kinds, bonds }: WrittenGraph): string {
  const atoms = kinds.map(atomText).join(' ');
  return bonds.length === 0
    ? atoms
    : `${atoms}; ${bonds.map(([u, v, order]) => `${u}${bondSigns[order]}${v}`).join(' ')}`;
}

/** @throws Error whose message is the end of a sentence */
export function readGraphText(text: string): WrittenGraph {
  const [atoms, bonds, ...more] = text.split('; ');
  if (more.length > 0) throw new Error('there is more text after the bonds');
  return {
    kinds: atoms === '' ? [] : atoms.split(' ').map(atomKind),
    bonds: bonds === undefined ? [] : bonds.split(' ').map(bondOf),
  };
}

function atomText(kind: number): string {
  const hydrogens = attributeOf(kind, WRITTEN_HYDROGENS);
  return [
    ATOM_ELEMENTS[elementOf(kind)],
    charges[attributeOf(kind, CHARGE)],
    chiralities[attributeOf(kind, CHIRALITY)],
    hydrogens === 0 ? '' : `H${hydrogens}`,
    attributeOf(kind, NO_FURTHER_HYDROGENS) === 0 ? '' : '!',
  ].join('');
}

function atomKind(text: string): number {
  const parts = /^([CNFO])([+-]?)(@{0,2})(?:H([123]))?(!?)$/.exec(text);
  if (parts === null) throw new Error(`${quoted(text)} is not an atom`);
  const [, element, charge, chirality, hydrogens = '0', closed] = parts;
  let kind = (ATOM_ELEMENTS as readonly string[]).indexOf(element);
  kind = withAttribute(kind, CHARGE, charges.indexOf(charge));
  kind = withAttribute(kind, CHIRALITY, chiralities.indexOf(chirality));
  kind = withAttribute(kind, WRITTEN_HYDROGENS, Number(hydrogens));
  return withAttribute(kind, NO_FURTHER_HYDROGENS, closed === '' ? 0 : 1);
}

function bondOf(text: string): [number, number, number] {
  const parts = /^(\d{1,3})([-=#])(\d{1,3})$/.exec(text);
  if (parts === null) throw new Error(`${quoted(text)} is not a bond`);
  return [Number(parts[1]), Number(parts[3]), bondSigns.indexOf(parts[2])];
}
