import { describe, expect, test } from 'vitest';
import { drugLikeness } from '../../src/chemistry/drug-likeness.ts';
import { openNodeChemistry } from '../../src/node/chemistry.ts';
import { drugLikenessTable } from './drug-likeness-table.ts';

const chemistry = await openNodeChemistry();

describe('drug-likeness', () => {
  test('is made of the properties that RDKit for Python counts', () => {
    for (const [smiles, [weight, logP, acceptors, donors, area, rotatable, rings, alerts]] of drugLikenessTable) {
      const found = chemistry.drugProperties(smiles);
      // Half a unit of the table's last digit, and float64's rounding.
      expect(Math.abs(found.weight - weight), smiles).toBeLessThan(5.01e-4);
      expect(Math.abs(found.lipophilicity - logP), smiles).toBeLessThan(5.01e-5);
      expect(Math.abs(found.polarSurfaceArea - area), smiles).toBeLessThan(5.01e-3);
      expect(
        [
          found.hydrogenBondAcceptors,
          found.hydrogenBondDonors,
          found.rotatableBonds,
          found.aromaticRings,
          found.structuralAlerts,
        ],
        smiles,
      ).toEqual([acceptors, donors, rotatable, rings, alerts]);
    }
  });

  test("is QED as RDKit for Python has it, to the table's last digit", () => {
    for (const [smiles, , expected] of drugLikenessTable) {
      const found = drugLikeness(chemistry.drugProperties(smiles));
      expect(Math.abs(found - expected), smiles).toBeLessThan(5.01e-7);
    }
  });

  test('is between 0 and 1 for whatever has properties', () => {
    const nothing = {
      weight: 0,
      lipophilicity: 0,
      hydrogenBondAcceptors: 0,
      hydrogenBondDonors: 0,
      polarSurfaceArea: 0,
      rotatableBonds: 0,
      aromaticRings: 0,
      structuralAlerts: 0,
    };
    const much = Object.fromEntries(Object.keys(nothing).map((name) => [name, 1e4])) as unknown as typeof nothing;
    for (const properties of [nothing, much]) {
      expect(drugLikeness(properties)).toBeGreaterThan(0);
      expect(drugLikeness(properties)).toBeLessThan(1);
    }
  });
});
