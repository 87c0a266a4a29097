import { describe, expect, test } from 'vitest';
import { encodeSafetensors } from '../../src/checkpoint/safetensors.ts';
import { assertConformance } from '../../src/environment/conformance.ts';
import { enumerationOf } from '../../src/environment/enumeration.ts';
import { isDeferred } from '../../src/environment/environment.ts';
import { RESIDUES } from '../../src/problems/amp/alphabet.ts';
import { peptides } from '../../src/problems/amp/environment.ts';
import { ampPredictor, parseAmpWeights } from '../../src/problems/amp/network.ts';
import { ampReward } from '../../src/problems/amp/reward.ts';
import { syntheticPeptideReward } from '../../src/problems/amp/synthetic.ts';
import { onEach, testDevices } from '../setup/devices.ts';
import { testWhere } from '../setup/needs.ts';
import { needsData, sharedFile, sharedJson } from '../setup/shared-data.ts';

const published = {
  weights: sharedFile('amp/amp_proxy.safetensors'),
  vectors: sharedJson<{ vectors: { sequence: string; logit: number }[] }>('amp/amp_proxy_testvectors.json')?.vectors,
};
const whereThere = testWhere(published.weights !== undefined && published.vectors !== undefined, needsData);

const stateOf = (environment: ReturnType<typeof peptides>, text: string) => {
  const state = new Int32Array(environment.stateSize);
  environment.parse?.(text, state);
  return state;
};

describe('peptides', () => {
  test('conform, and are the empty one, those that stop and those of full length', () => {
    const environment = peptides(2);
    assertConformance(environment, syntheticPeptideReward(environment, 1));
    const { stateCount, objectCount } = enumerationOf(environment, 'a count');
    expect([stateCount, objectCount]).toEqual([1 + 20, 1 + 20 + 400]);
    expect(environment.text(stateOf(environment, 'KW'))).toBe('KW');
    expect(environment.isTerminal(stateOf(environment, 'K.'))).toBe(true);
    expect(() => stateOf(environment, 'KX')).toThrow('"KX" is not a peptide of up to 2 residues');
    expect(() => stateOf(environment, 'KWK')).toThrow('of up to 2');
    expect(() => peptides(0)).toThrow('at least 1 residue');
  });

  test('have a synthetic score from charge and the share of hydrophobic words', () => {
    const environment = peptides(6);
    const { logReward } = syntheticPeptideReward(environment, 2);
    const expected = (charge: number, share: number) =>
      -2 * Math.log(1 + Math.exp(-(Math.min(Math.max(charge, 0), 6) - 16 * (share - 0.5) ** 2 - 3)));
    for (const [text, charge, share] of [
      ['.', 0, 0],
      ['KLKL.', 2, 0.5],
      ['DDE.', -3, 0],
      ['RRRAAA', 3, 0.5],
    ] as const) {
      // A dozen float operations on numbers of about 10, some of them in float32.
      expect(Math.abs(logReward(stateOf(environment, text)) - expected(charge, share))).toBeLessThanOrEqual(1e-5);
    }
  });
});

onEach(testDevices, (open) => {
  whereThere('the published network gives the logits of the original', async () => {
    const { vectors = [] } = published;
    const weights = parseAmpWeights(published.weights ?? new Uint8Array());
    const device = await open();
    const predict = ampPredictor(device, weights);
    // Where a peptide takes seconds, a few of them.
    const looked = vectors.filter((_, i) => device.kind === 'cpu' || i % 12 === 0);
    const logits = await predict(
      looked.map(({ sequence }) => Int32Array.from(sequence, (letter) => RESIDUES.indexOf(letter))),
    );
    for (const [i, { logit }] of looked.entries()) expect(Math.abs(logits[i] - logit)).toBeLessThanOrEqual(1e-5);
  });
});

whereThere('the reward is the power of a probability, and scores are it', async () => {
  const environment = peptides(60);
  const problem = {
    environment,
    reward: ampReward(environment, parseAmpWeights(published.weights ?? new Uint8Array()), 3),
  };
  expect(isDeferred(problem)).toBe(true);
  const rate = await problem.reward.prepare(await testDevices[0].open());
  const { logRewards, scores = [] } = await rate(stateOf(environment, 'RRRRRRRR.'));
  const probability = 1 / (1 + Math.exp(-3.0525753498077393));
  expect(Math.abs(scores[0] - probability)).toBeLessThanOrEqual(1e-5);
  expect(Math.abs(logRewards[0] - 3 * Math.log(probability))).toBeLessThanOrEqual(3e-5);
});

test('other weights are refused by the name of an array', () => {
  const bytes = encodeSafetensors([{ name: 'pooler.bias', dtype: 'F32', shape: [1], data: Float32Array.of(1) }], {});
  expect(() => parseAmpWeights(bytes)).toThrow('its array encoder.embedder_block.position_embedder.pe is missing');
});
