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
      'Proximal policy optimisation with entropy. Steps that brought more than expected become likelier, a little at a time.',
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
      'Kullback-Leibler divergence: how far one distribution is from another, in nats. It is 0 only if they are the same.',
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
