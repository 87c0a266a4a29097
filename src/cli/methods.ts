import { objectives } from '../objective/catalogue.ts';
import { suggestion } from '../text/suggestion.ts';
import { UsageError } from './errors.ts';

/** A method of an experiment: an objective, and what differs from the paper's settings. */
export interface Method {
  readonly name: string;
  readonly objective: string;
  /** What the words behind the objective's name mean, in the order of the name. */
  readonly variations: readonly MethodVariation[];
  /** All of their settings, by flag, as on a command line. */
  readonly options: ReadonlyMap<string, string | boolean>;
}

/** A word behind an objective's name, such as `k8`. */
export interface MethodVariation {
  readonly word: string;
  /** The word with a letter for its value, such as `kK`. */
  readonly written: string;
  readonly options: ReadonlyMap<string, string | boolean>;
}

/** The method that has these variations of its own alone. */
export function keepVariations(
  { objective, variations: all }: Method,
  isKept: (variation: MethodVariation) => boolean,
): Method {
  return methodOf(objective, all.filter(isKept));
}

function methodOf(objective: string, all: readonly MethodVariation[]): Method {
  return {
    name: [objective, ...all.map(({ word }) => word)].join('-'),
    objective,
    variations: all,
    options: new Map(all.flatMap(({ options }) => [...options])),
  };
}

/** Groups of methods that the paper (arXiv 2606.15793) compares. */
export const methodGroups: Readonly<Record<string, { readonly summary: string; readonly methods: readonly string[] }>> =
  {
    comparison: {
      summary: 'Ent-PPO, the policy gradient with generalised advantages, and the balance objectives',
      methods: ['ent-ppo', 'gae', 'tb', 'db', 'subtb'],
    },
    estimators: {
      summary: 'the policy gradient with each advantage estimator',
      methods: ['total-return', 'reward-to-go', 'value-baseline', 'gae', 'gae-subeb'],
    },
    updates: {
      summary: 'Ent-PPO with 1, 2, 4 and 8 policy updates a batch',
      methods: ['ent-ppo-k1', 'ent-ppo-k2', 'ent-ppo-k4', 'ent-ppo-k8'],
    },
    'gradient-steps': {
      summary: 'the balance objectives with 1 and 4 updates a batch',
      methods: ['tb', 'tb-k4', 'db', 'db-k4', 'subtb', 'subtb-k4'],
    },
    ablations: {
      summary:
        'Ent-PPO; without the KL term, without clipping, with the terminal reward only, with normalised advantages',
      methods: [
        'ent-ppo',
        'ent-ppo-without-divergence',
        'ent-ppo-without-clipping',
        'ent-ppo-terminal-reward',
        'ent-ppo-normalized',
      ],
    },
    backward: {
      summary: 'uniform backward policies, and learnt ones: by likelihood (tlm), and jointly where the objective can',
      methods: ['ent-ppo', 'ent-ppo-tlm', 'tb', 'tb-tlm', 'tb-learned', 'db', 'db-learned', 'subtb', 'subtb-learned'],
    },
    lambda: {
      summary: 'Ent-PPO with advantages that decay by 0, 0.5, 0.7, 0.9 and not at all',
      methods: ['ent-ppo-lambda0', 'ent-ppo-lambda0.5', 'ent-ppo-lambda0.7', 'ent-ppo-lambda0.9', 'ent-ppo-lambda1'],
    },
    'clip-range': {
      summary: 'Ent-PPO with a clip range of 0.05, 0.1, 0.2 and 0.4',
      methods: ['ent-ppo-clip0.05', 'ent-ppo-clip0.1', 'ent-ppo-clip0.2', 'ent-ppo-clip0.4'],
    },
  };

/** The methods that run by default. */
export const defaultMethods = 'comparison';

/** Orders methods by group, so that each keeps its colour; others follow, by name. */
export function byRank(a: string, b: string): number {
  return rankOf(a) - rankOf(b) || a.localeCompare(b, 'en');
}

function rankOf(method: string): number {
  const known = [...new Set(Object.values(methodGroups).flatMap(({ methods }) => methods))];
  const place = known.indexOf(method);
  return place < 0 ? known.length : place;
}

/** A variation that may follow an objective's name: syntax, meaning, settings. */
interface Variation {
  readonly written: string;
  readonly pattern: RegExp;
  readonly help: string;
  /** The one way to write a value that can be written in several; by default, as it is given. */
  readonly normal?: ((value: string) => string) | undefined;
  options(objective: string, value: string): readonly (readonly [flag: string, value: string | boolean])[];
}

const variations: readonly Variation[] = [
  {
    written: 'kK',
    pattern: /^k([1-9]\d{0,2})$/,
    help: 'K policy updates a batch, or K updates of a balance objective',
    options: (objective, value) => [[objective === 'ent-ppo' ? '--policy-updates' : '--updates', value]],
  },
  ablation('without-divergence', '--without-divergence', 'leaves the KL term out of the loss'),
  ablation('without-clipping', '--without-clipping', 'leaves the probability ratio unclipped'),
  ablation('terminal-reward', '--terminal-reward-only', 'leaves log P_B out of the rewards'),
  ablation('normalized', '--normalize-advantage', 'centres advantages and divides them by their deviation'),
  backward('tlm', 'a backward policy that is trained by likelihood'),
  backward('learned', 'a backward policy that is learned jointly (balance objectives)'),
  decimal('lambda', '--lambda', 'decay X of generalised advantages'),
  decimal('clip', '--clip-range', 'clip range X of the probability ratio'),
];

function ablation(written: string, flag: string, help: string) {
  return { written, pattern: new RegExp(`^${written}$`), help, options: () => [[flag, true] as const] };
}

function backward(written: string, help: string) {
  const options = () => [['--backward-policy', written] as const];
  return { written, pattern: new RegExp(`^${written}$`), help, options };
}

function decimal(name: string, flag: string, help: string) {
  const options = (_: string, value: string) => [[flag, value] as const];
  return {
    written: `${name}X`,
    pattern: new RegExp(`^${name}(\\d+(?:\\.\\d+)?)$`),
    help,
    normal: plainDecimal,
    options,
  };
}

/** Without zeros that change nothing: 0.90 is 0.9, and 1.0 is 1. */
function plainDecimal(value: string): string {
  return value.replace(/^0+(?=\d)/, '').replace(/\.0*$|(\.\d*[1-9])0+$/, '$1');
}

/** A line of help for each variation. */
export function describeVariations(): string[] {
  const width = Math.max(...variations.map(({ written }) => written.length));
  return variations.map(({ written, help }) => `  -${written.padEnd(width)}  ${help}`);
}

/** What the names of some methods are made of, with its meaning. Names that are no method's have none. */
export function methodWords(
  names: readonly string[],
): Record<'objectives' | 'variations', [word: string, meaning: string][]> {
  const found = names.flatMap((name) => findMethod(name) ?? []);
  const isUsed = (word: string) => found.some((each) => each.variations.some(({ written }) => written === word));
  return {
    objectives: objectives
      .filter(({ name }) => found.some(({ objective }) => objective === name))
      .map(({ name, summary }) => [name, summary]),
    variations: variations.filter(({ written }) => isUsed(written)).map(({ written, help }) => [`-${written}`, help]),
  };
}

/**
 * The methods in a list such as `comparison,ent-ppo-k8`, each once: groups, objectives, and objectives with variations
 * behind their name, as in `ent-ppo-k8-without-clipping`, `tb-k4` and `ent-ppo-lambda0.9`. Throws a UsageError on an
 * unknown name.
 */
export function parseMethods(text: string): Method[] {
  const names = text.split(',').map((name) => name.trim());
  const methods = new Map<string, Method>();
  for (const name of names.flatMap((each) => (Object.hasOwn(methodGroups, each) ? methodGroups[each].methods : each))) {
    const method = parseMethod(name);
    methods.set(method.name, method);
  }
  return [...methods.values()];
}

/** The one name of a method that can be written in several ways; a name that is no method's stands for itself. */
export function methodName(written: string): string {
  return findMethod(written)?.name ?? written;
}

/** The objective that a method varies, or is; a name that tells neither stands for itself. */
export function objectiveOf(method: string): string {
  return findMethod(method)?.objective ?? method;
}

function findMethod(name: string): Method | undefined {
  // The longest name first: gae-subeb is an objective of its own.
  const candidates = objectives
    .map((objective) => objective.name)
    .filter((objective) => name === objective || name.startsWith(`${objective}-`))
    .sort((a, b) => b.length - a.length);
  for (const objective of candidates) {
    const found = readVariations(objective, name.slice(objective.length + 1));
    if (found !== undefined) return methodOf(objective, found);
  }
  return undefined;
}

function parseMethod(name: string): Method {
  const found = findMethod(name);
  if (found !== undefined) return found;
  const names = objectives.map((objective) => objective.name);
  const known = [
    ...Object.keys(methodGroups),
    ...names,
    ...Object.values(methodGroups).flatMap((each) => each.methods),
  ];
  throw new UsageError(
    `There is no method "${name}".${suggestion(name, known)} Methods are the objectives (${names.join(', ')}), ` +
      `variants such as ent-ppo-k8, ent-ppo-without-clipping and tb-k4, and the groups ` +
      `${Object.keys(methodGroups).join(', ')}.`,
  );
}

/**
 * What the words behind an objective's name mean, each written in its one way and in the order of the variations. Undefined
 * if they mean nothing.
 */
function readVariations(objective: string, rest: string): MethodVariation[] | undefined {
  const flags = new Set<string>();
  const read = new Map<Variation, MethodVariation>();
  let left = rest === '' ? [] : rest.split('-');
  while (left.length > 0) {
    const found = variations.flatMap((variation) => {
      const { length } = variation.written.split('-');
      const word = left.slice(0, length).join('-');
      const match = variation.pattern.exec(word);
      return match === null ? [] : [{ variation, length, word, value: match[1] ?? '' }];
    })[0];
    if (found === undefined) return undefined;
    const { variation, length, word, value } = found;
    const { written, normal = (text: string) => text } = variation;
    const options = new Map(variation.options(objective, normal(value)));
    for (const flag of options.keys()) {
      if (flags.has(flag)) return undefined;
      flags.add(flag);
    }
    read.set(variation, { word: word.slice(0, word.length - value.length) + normal(value), written, options });
    left = left.slice(length);
  }
  return variations.flatMap((variation) => read.get(variation) ?? []);
}
