import { exp, log } from '../numeric/elementary.ts';
import { checkGiven } from '../text/check-given.ts';
import type { DrugProperties } from './chemistry.ts';

/**
 * A desirability: an asymmetric double sigmoid of a property, d(x) = (floor + height rise(x) (1 - fall(x))) / most, with
 * rise(x) = 1 / (1 + exp(-(x - centre + width / 2) / riseScale)), and fall likewise with + and - of the width exchanged.
 */
interface Desirability {
  readonly floor: number;
  readonly height: number;
  readonly centre: number;
  readonly width: number;
  readonly riseScale: number;
  readonly fallScale: number;
  readonly max: number;
  /** The weight of the property. */
  readonly weight: number;
}

/**
 * Bickerton et al. 2012, supplementary table 1: functions fitted to 771 oral drugs, and the mean of the thousand most
 * informative sets of weights.
 */
const desirabilities: Readonly<Record<keyof DrugProperties, Desirability>> = {
  weight: fitted([2.817065973, 392.5754953, 290.7489764, 2.419764353, 49.22325677, 65.37051707, 104.9805561], 0.66),
  lipophilicity: fitted(
    [3.172690585, 137.8624751, 2.534937431, 4.581497897, 0.822739154, 0.576295591, 131.3186604],
    0.46,
  ),
  hydrogenBondAcceptors: fitted(
    [2.948620388, 160.4605972, 3.615294657, 4.435986202, 0.290141953, 1.300669958, 148.7763046],
    0.05,
  ),
  hydrogenBondDonors: fitted(
    [1.618662227, 1010.051101, 0.985094388, 1e-9, 0.713820843, 0.920922555, 258.1632616],
    0.61,
  ),
  polarSurfaceArea: fitted(
    [1.876861559, 125.2232657, 62.90773554, 87.83366614, 12.01999824, 28.51324732, 104.5686167],
    0.06,
  ),
  rotatableBonds: fitted([0.01, 272.4121427, 2.55837997, 1.565547684, 1.271567166, 2.758063707, 105.4420403], 0.65),
  aromaticRings: fitted([3.21778897, 957.7374108, 2.274627939, 1e-9, 1.317690384, 0.375760881, 312.337261], 0.48),
  structuralAlerts: fitted([0.01, 1199.094025, -0.09002883, 1e-9, 0.185904477, 0.875193782, 417.725314], 0.95),
};

/**
 * QED, the quantitative estimate of drug-likeness: the weighted geometric mean of eight desirabilities, above 0 and
 * about 0.95 at most (Bickerton et al., Quantifying the chemical beauty of drugs, 2012, equations 1 to 3).
 */
export function drugLikeness(properties: DrugProperties): number {
  checkGiven('drugLikeness', { properties }, 'object');
  let sum = 0;
  let weights = 0;
  for (const name of Object.keys(desirabilities) as (keyof DrugProperties)[]) {
    const desirability = desirabilities[name];
    sum += desirability.weight * log(desirabilityOf(desirability, properties[name]));
    weights += desirability.weight;
  }
  return exp(sum / weights);
}

function desirabilityOf({ floor, height, centre, width, riseScale, fallScale, max }: Desirability, x: number): number {
  const rise = 1 / (1 + exp(-(x - centre + width / 2) / riseScale));
  const fall = 1 / (1 + exp(-(x - centre - width / 2) / fallScale));
  return (floor + height * rise * (1 - fall)) / max;
}

function fitted(
  [floor, height, centre, width, riseScale, fallScale, max]: readonly [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ],
  weight: number,
): Desirability {
  return { floor, height, centre, width, riseScale, fallScale, max, weight };
}
