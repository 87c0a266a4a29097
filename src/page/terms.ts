/** A technical term, and what it means in a sentence or two. */
export interface Term {
  /** As it is written in texts. */
  readonly written: string;
  readonly meaning: string;
}

/** All terms that the page explains wherever they are first met: in the article and in the laboratory. */
export const terms = {
  'ent-ppo': {
    written: 'Ent-PPO',
    meaning:
      'Proximal policy optimisation (PPO) with entropy. Steps that brought more than expected become likelier, a little at a time.',
  },
  'log-z': {
    written: 'log Z',
    meaning: 'The logarithm of all reward together: Z is the sum of the rewards of everything that can be made.',
  },
  nats: {
    written: 'nats',
    meaning: 'The unit of natural logarithms. Two numbers that differ by one nat differ by a factor of 2.72.',
  },
  kl: {
    written: 'KL',
    meaning:
      'Kullback-Leibler divergence, in nats: how far the first distribution in KL(p || q) is from the second, and 0 only if they are the same. Ent-PPO’s is KL(new || old), of the policy from what it was when the walks were taken.',
  },
  clip: {
    written: 'clip',
    meaning:
      'A limit to what one update gains from a change: once a probability has changed by a fifth, more of it counts for nothing.',
  },
  gae: {
    written: 'GAE',
    meaning:
      'Generalised advantage estimation: how much better a step was than expected, weighing what came soon after it more than what came late.',
  },
  elbo: {
    written: 'ELBO',
    meaning:
      'Evidence lower bound: a mean over the sampler’s own walks. It is never above log Z, and equals it if the sampler is perfect.',
  },
  eubo: {
    written: 'EUBO',
    meaning:
      'Evidence upper bound: the same mean over objects as they should be made. It is never below log Z, so what the sampler misses shows in it.',
  },
  entropy: {
    written: 'entropy',
    meaning: 'How evenly probability is spread, in nats: 0 for a single choice, more for many that are alike.',
  },
  'jensen-shannon': {
    written: 'Jensen-Shannon',
    meaning:
      'A distance of two distributions: the mean KL divergence of each from the middle of both. It is at most log 2, 0.693 nats.',
  },
  tlm: {
    written: 'TLM',
    meaning:
      'Trajectory likelihood maximisation: P_B is a network too, which learns to make the walks likely that were taken.',
  },
  advantage: {
    written: 'advantage',
    meaning: 'How much more a step brought than was expected where it was taken.',
  },
  value: {
    written: 'value network',
    meaning: 'A network that says how much reward is still to be expected from a state.',
  },
  ratio: {
    written: 'probability ratio',
    meaning: 'How likely a step is under the new policy, divided by how likely it was under the one that took it.',
  },
  ablation: {
    written: 'ablation',
    meaning: 'An experiment that leaves a part of a method out, to see what it was good for.',
  },
  residual: {
    written: 'residual',
    meaning: 'By how much the two sides of a balance differ, as the logarithm of their ratio. 0 is in balance.',
  },
  'target-network': {
    written: 'target network',
    meaning:
      'A copy of a network that follows it slowly, so that what is learnt from it does not move at every update.',
  },
  'gradient-norm': {
    written: 'gradient norm',
    meaning: 'How long the gradient is, as a vector: how strongly an update pulls at the network.',
  },
  seed: {
    written: 'seed',
    meaning: 'A number that all random numbers of a run follow from. Equal runs of another seed show what is chance.',
  },
  tb: {
    written: 'TB',
    meaning: 'Trajectory balance: makes the two sides of one equation equal for each whole walk.',
  },
  db: {
    written: 'DB',
    meaning: 'Detailed balance: makes the flow along each single step equal, counted from either end.',
  },
  subtb: {
    written: 'SubTB',
    meaning: 'Sub-trajectory balance: as trajectory balance, but for every stretch of a walk, long or short.',
  },
  mode: {
    written: 'mode',
    meaning: 'A peak of the target: a place that is worth more than all around it.',
  },
  'total-variation': {
    written: 'Total variation',
    meaning: 'The share of the probability that lies in the wrong place: from 0, nothing, to 1, everything.',
  },
} as const satisfies Readonly<Record<string, Term>>;

export type TermName = keyof typeof terms;

export function isTerm(name: string): name is TermName {
  return Object.hasOwn(terms, name);
}

/** A part of a text: plain, or a term as it is written there. */
export interface TextPart {
  readonly text: string;
  readonly term?: TermName | undefined;
}

/** Splits a text at its terms: the first appearance of each, in the singular or plural, but not inside of other words. */
export function splitAtTerms(text: string): readonly TextPart[] {
  const found = (Object.keys(terms) as TermName[]).flatMap((term) => {
    const { written } = terms[term];
    // Words may stand at the beginning of a sentence; abbreviations are in capitals everywhere.
    const flags = written === written.toLowerCase() ? 'i' : '';
    const match = new RegExp(`(?<![\\w-])${written}s?(?![\\w-])`, flags).exec(text);
    return match ? [{ term, start: match.index, end: match.index + match[0].length }] : [];
  });
  found.sort((a, b) => a.start - b.start);
  const parts: TextPart[] = [];
  let at = 0;
  for (const { term, start, end } of found) {
    if (start > at) parts.push({ text: text.slice(at, start) });
    parts.push({ text: text.slice(start, end), term });
    at = end;
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return parts;
}
