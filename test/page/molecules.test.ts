import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { openCpuDevice } from '../../src/device/index.ts';
import { assertConformance } from '../../src/environment/conformance.ts';
import { atomLabel, partAfter } from '../../src/page/article/beyond/molecule-drawing.ts';
import { type Growth, grow, matched, stepText } from '../../src/page/molecules/growth.ts';
import { type PartBond, sharpness, smallMolecules } from '../../src/page/molecules/small-molecules.ts';
import { coordinatesOf, ringsOf } from '../../src/page/molecules/structure.ts';
import { openMolecules } from '../../src/page/molecules/training.ts';
import { likeness, partsOf, wallOf, withFound } from '../../src/page/molecules/wall.ts';
import { randomFrom } from '../../src/random/random-from.ts';

const bond = (a: number, b: number, order = 1): PartBond => ({ atoms: [a, b], order });
const benzene = [bond(0, 1, 2), bond(1, 2), bond(2, 3, 2), bond(3, 4), bond(4, 5, 2), bond(5, 0)];

/** Walks of the policy that takes every allowed action alike. */
function randomWalks(maxAtoms: number, count: number): Promise<Growth[]> {
  const molecules = smallMolecules(maxAtoms);
  const { actionCount } = molecules.problem.environment;
  return grow(molecules, async (_, rows) => new Float32Array(rows * actionCount), count, randomFrom(3));
}

describe('small molecules', () => {
  test('are an environment: what undoes a step is a step that is allowed, and the other way round', () => {
    const { problem } = smallMolecules(6);
    assertConformance(problem.environment, problem.reward, { trajectories: 12 });
  });

  test('are proper molecules, whatever the actions: four, three, two and one bonds, rings of five and more', async () => {
    const valence: Readonly<Record<string, number>> = { C: 4, N: 3, O: 2, F: 1 };
    for (const { elements, steps, score, logReward } of await randomWalks(7, 60)) {
      const bonds = steps.at(-1)?.bonds ?? [];
      elements.forEach((element, atom) => {
        const own = bonds.filter(({ atoms }) => atoms.includes(atom));
        expect(own.reduce((sum, { order }) => sum + order, 0)).toBeLessThanOrEqual(valence[element]);
        expect(own.filter(({ order }) => order > 1).length).toBeLessThanOrEqual(1);
      });
      for (const { atoms } of bonds) expect(atoms.some((atom) => elements[atom] === 'C')).toBe(true);
      for (const ring of ringsOf(elements.length, bonds)) expect(ring.length).toBeGreaterThanOrEqual(5);
      expect(logReward).toBe(sharpness * Math.log(score));
    }
  });
});

describe('how a molecule grew', () => {
  test('is told in steps, with what else there was: probabilities of a choice add up to 1 at most', async () => {
    const grown = await randomWalks(6, 20);
    for (const { steps, elements, logProbability } of grown) {
      expect(steps[0]).toMatchObject({ text: `begin with ${elements[0]}`, probability: 0.25 });
      expect(steps[0].others.length).toBe(3);
      expect(steps.at(-1)?.text).toBe('stop');
      for (const { probability, others } of steps) {
        const sum = others.reduce((total, other) => total + other.probability, probability);
        // Sums of a few dozen probabilities in float64.
        expect(sum).toBeLessThanOrEqual(1 + 1e-12);
      }
      expect(steps.filter(({ step }) => step.kind === 'add').length).toBe(elements.length);
      expect(logProbability).toBeLessThan(0);
      expect(partAfter(steps, 1)).toEqual({ atoms: 1, bonds: [] });
    }
  });

  test('keeps the numbers of its atoms, however the state has them in order', () => {
    const names = matched(['C', 'C', 'O'], [bond(0, 1), bond(1, 2, 2)], ['C', 'O', 'C'], [bond(0, 1, 2), bond(0, 2)]);
    expect(names).toEqual([1, 2, 0]);
    expect(() => matched(['C', 'O'], [bond(0, 1)], ['C', 'N'], [bond(0, 1)])).toThrow('not the same');
  });

  test('has words for each step', () => {
    expect(stepText({ kind: 'order', atoms: [0, 1], order: 2 }, ['O', 'C'])).toBe('double C=O');
    expect(stepText({ kind: 'add', to: 1, element: 'N' }, ['O', 'C'])).toBe('N on C');
  });
});

describe('a drawing', () => {
  const apart = (points: readonly { x: number; y: number }[], a: number, b: number) =>
    Math.hypot(points[a].x - points[b].x, points[a].y - points[b].y);

  test('of a ring is a regular one', () => {
    const points = coordinatesOf(6, benzene);
    for (const { atoms } of benzene) expect(Math.abs(apart(points, ...atoms) - 1)).toBeLessThan(0.01);
    for (const across of [0, 1, 2]) expect(Math.abs(apart(points, across, across + 3) - 2)).toBeLessThan(0.01);
  });

  test('of any molecule has bonds of about one length, and no two atoms in one place', async () => {
    for (const { elements, steps } of await randomWalks(7, 40)) {
      const bonds = steps.at(-1)?.bonds ?? [];
      const points = coordinatesOf(elements.length, bonds);
      expect(points).toEqual(coordinatesOf(elements.length, bonds));
      for (const { atoms } of bonds) expect(Math.abs(apart(points, ...atoms) - 1)).toBeLessThan(0.35);
      for (let a = 0; a < points.length; a++)
        for (let b = 0; b < a; b++) expect(apart(points, a, b)).toBeGreaterThan(0.45);
    }
  });

  test('has letters with their hydrogens, and none at a carbon of a skeleton', () => {
    const bonds = [bond(0, 1), bond(1, 2, 3)];
    expect(['N', 'C', 'N'].map((element, atom) => atomLabel(element, atom, bonds))).toEqual(['NH2', '', 'N']);
    expect(atomLabel('C', 0, [])).toBe('CH4');
  });
});

describe('the wall of molecules', () => {
  const made = (smiles: string, score: number, elements: string[], bonds: PartBond[]): Growth => ({
    ...{ smiles, score, elements, logReward: 0, logProbability: 0 },
    steps: [{ step: { kind: 'stop' }, text: 'stop', probability: 1, others: [], bonds }],
  });
  const ethane = made('CC', 1, ['C', 'C'], [bond(0, 1)]);
  const propane = made('CCC', 0.99, ['C', 'C', 'C'], [bond(0, 1), bond(1, 2)]);
  const formaldehyde = made('C=O', 0.8, ['C', 'O'], [bond(0, 1, 2)]);

  test('shows the best first, then good and different ones', () => {
    expect(wallOf([propane, formaldehyde, ethane], 2).map(({ smiles }) => smiles)).toEqual(['CC', 'C=O']);
    // In order of score, not in the order of choice.
    expect(wallOf([propane, formaldehyde, ethane], 3).map(({ score }) => score)).toEqual([1, 0.99, 0.8]);
    expect(likeness(partsOf(ethane), partsOf(ethane))).toBe(1);
    expect(likeness(partsOf(ethane), partsOf(formaldehyde))).toBeLessThan(0.5);
  });

  test('forgets the worst, and has each molecule once', () => {
    expect(withFound([ethane], [ethane, formaldehyde, propane], 2).map(({ smiles }) => smiles)).toEqual(['CC', 'CCC']);
  });
});

test('the sampler that comes with the page goes on, and makes better molecules than chance', async () => {
  const file = await readFile('src/page/molecules/checkpoint.safetensors');
  // The page says what it will load.
  const html = await readFile('src/page/index.html', 'utf8');
  expect(html).toContain(`Load a trained sampler (${Math.round(file.length / 1024)} KiB)`);
  const device = await openCpuDevice({ threads: 1 });
  const { run, grow: growTrained } = await openMolecules(device, new Uint8Array(file));
  const before = run.iteration;
  await run.step();
  expect(run.iteration).toBe(before + 1);
  const mean = (grown: readonly Growth[]) => grown.reduce((sum, { logReward }) => sum + logReward, 0) / grown.length;
  const trained = mean(await growTrained(32));
  device.destroy();
  expect(trained).toBeGreaterThan(mean(await randomWalks(7, 32)));
});
