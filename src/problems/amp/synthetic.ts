import type { Reward } from '../../environment/environment.ts';
import { type RowEnvironment, rowReward } from '../../environment/row-environment/index.ts';
import { float, sum, table } from '../../rows/index.ts';
import { RESIDUES } from './alphabet.ts';
import type { PeptideFields } from './environment.ts';

/** Charges at neutral pH: lysine and arginine 1, aspartate and glutamate -1. */
const CHARGES = Float32Array.from(RESIDUES, (letter) => ('KR'.includes(letter) ? 1 : 'DE'.includes(letter) ? -1 : 0));
/** Hydrophobic residues. */
const HYDROPHOBIC = Float32Array.from(RESIDUES, (letter) => ('AILMFWVC'.includes(letter) ? 1 : 0));

/**
 * A synthetic score that needs no data, modelled on what antimicrobial peptides have in common: they are charged, and
 * about half of their residues are hydrophobic. With c the net charge, clamped to 0 .. 6, and h the share of
 * hydrophobic residues,
 *   log R = beta log sigmoid(c - 16 (h - 1/2)^2 - 3). The empty peptide has c = h = 0.
 */
export function syntheticPeptideReward(environment: RowEnvironment<PeptideFields>, beta: number): Reward {
  const maxLength = Number(environment.options.maxLength);
  const charges = table('charges', CHARGES);
  const hydrophobic = table('hydrophobic', HYDROPHOBIC);
  return rowReward({
    name: 'synthetic peptide score',
    of: environment,
    logReward({ residues, count }) {
      const places = { times: count, max: maxLength };
      const charge = sum(places, (i) => charges.at(residues.at(i)));
      const share = sum(places, (i) => hydrophobic.at(residues.at(i))).divide(count.max(1).toFloat());
      const off = share.subtract(0.5);
      const logit = charge.max(0).min(6).subtract(off.multiply(off).multiply(16)).subtract(3);
      // log sigmoid(x) = min(x, 0) - log(1 + e^-|x|)
      const tail = float(1).add(logit.abs().multiply(-1).exp()).log();
      return logit.min(0).subtract(tail).multiply(beta);
    },
  });
}
