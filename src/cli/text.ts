import type { Metrics } from '../train/index.ts';

/** Figures that have a title, in the order in which they are shown. */
export const metricNames: Readonly<Record<string, { readonly title: string; readonly unit?: string }>> = {
  totalVariation: { title: 'exact total variation' },
  klDivergence: { title: 'KL divergence of learnt from target', unit: 'nats' },
  jensenShannon: { title: 'Jensen-Shannon divergence', unit: 'nats' },
  elboGap: { title: 'ELBO minus exact log-partition', unit: 'nats' },
  euboGap: { title: 'EUBO minus exact log-partition', unit: 'nats' },
  elbo: { title: 'ELBO', unit: 'nats' },
  elboError: { title: 'standard error of the ELBO', unit: 'nats' },
  heldOutEubo: { title: 'EUBO, held-out objects', unit: 'nats' },
  heldOutWeightedEubo: { title: 'EUBO weighted by reward, held-out', unit: 'nats' },
  heldOutCorrelation: { title: 'correlation with log-reward, held-out' },
  logRewardCorrelation: { title: 'correlation with log-reward' },
  logPartition: { title: 'log-partition, estimated', unit: 'nats' },
  logPartitionExact: { title: 'log-partition, exact', unit: 'nats' },
  meanScore: { title: 'mean score' },
  topMeanScore: { title: 'mean score of the best tenth' },
  topDistinctScore: { title: 'mean score of the best 100 molecules' },
  topDiversity: { title: 'Tanimoto diversity of those' },
  'modesFrom0.9': { title: 'modes of score 0.9 or more' },
  modesFrom1: { title: 'modes of score 1 or more' },
  modesFrom7: { title: 'modes of score 7 or more' },
  modesFrom8: { title: 'modes of score 8 or more' },
  invalidShare: { title: 'share of objects that cannot be' },
  distinctShare: { title: 'share of distinct objects' },
  distinctMoleculeShare: { title: 'share of distinct molecules' },
  meanLogReward: { title: 'mean log-reward', unit: 'nats' },
  meanReward: { title: 'mean reward' },
  expectedReward: { title: 'mean reward of the target' },
  rewardError: { title: 'relative difference of the two' },
  meanLength: { title: 'mean length', unit: 'actions' },
  recentTotalVariation: { title: 'total variation, last samples' },
  recentKlDivergence: { title: 'KL divergence, last samples', unit: 'nats' },
  recentJensenShannon: { title: 'Jensen-Shannon, last samples', unit: 'nats' },
  recentMeanReward: { title: 'mean reward, last samples' },
  recentRewardError: { title: 'relative difference, last samples' },
  recentSampleCount: { title: 'last samples', unit: 'objects' },
  'gradientVariance/totalReturn': { title: 'gradient variance, total return' },
  'gradientVariance/rewardToGo': { title: 'gradient variance, reward-to-go' },
  'gradientVariance/valueBaseline': { title: 'gradient variance, value baseline' },
  'gradientVariance/generalizedAdvantage': { title: 'gradient variance, generalised' },
};

/** Figures as title and number with its unit, in their order. Those without a title go by their name. */
export function metricRows(metrics: Metrics): [title: string, value: string][] {
  const known = Object.keys(metricNames).filter((name) => name in metrics);
  const others = Object.keys(metrics).filter((name) => !Object.hasOwn(metricNames, name));
  return [...known, ...others].map((name) => {
    const { title, unit } = Object.hasOwn(metricNames, name) ? metricNames[name] : { title: name };
    return [title, `${formatFigure(metrics[name])}${unit === undefined ? '' : ` ${unit}`}`];
  });
}

/** The same as lines of two columns. */
export function describeMetrics(metrics: Metrics): string[] {
  const rows = metricRows(metrics);
  const width = Math.max(0, ...rows.map(([title]) => title.length));
  return rows.map(([title, value]) => `${title.padEnd(width)}  ${value}`);
}

/** What figures of sampled objects mean, for those who see them. */
export const sampledFigures: readonly (readonly [title: string, meaning: string])[] = [
  ['ELBO', 'a lower bound of log Z, from trajectories of the sampler; it rises as the sampler learns'],
  [
    'EUBO, held-out',
    'an upper bound of log Z as far as the held-out objects are like samples of the target; it falls, and the difference of the two tells how far the sampler is',
  ],
  ['correlation with log-reward', "Pearson's, of log R with log P_F − log P_B of one trajectory to each object"],
  ['score', 'what the reward is made of, in units of its own'],
  [
    'Tanimoto diversity',
    'mean distance of fingerprints (Morgan, radius 2, 2048 bits) between the best different molecules sampled',
  ],
  ['modes', 'molecules of such a score, each less similar than 0.7 (Tanimoto) to all better ones'],
];

/** Four digits, without an exponent where the number is of ordinary size. */
export function formatFigure(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return size >= 1e-4 && size < 1e6 ? String(Number(value.toPrecision(4))) : value.toExponential(3);
}

/** 12345 is 12,345. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** A rate: whole where it is 10 or more, with two digits below. */
export function formatRate(rate: number): string {
  return rate >= 10 || !Number.isFinite(rate) ? formatCount(rate) : String(Number(rate.toPrecision(2)));
}

/** "43 s", "2 min 05 s", "1 h 02 min". */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown';
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const padded = (value: number) => String(value).padStart(2, '0');
  if (hours > 0) return `${hours} h ${padded(minutes)} min`;
  if (minutes > 0) return `${minutes} min ${padded(whole % 60)} s`;
  return `${whole} s`;
}

/** In units of 1000, as disks are sold. */
export function formatBytes(bytes: number): string {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e3).toFixed(0)} kB`;
}

/** A word as a POSIX shell takes it whole. */
export function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
