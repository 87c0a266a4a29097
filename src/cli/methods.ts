import { suggestion } from '../text/suggestion.ts';
import { UsageError } from './errors.ts';

/** A method of an experiment: an objective, and what it is told beyond the paper's settings. */
export interface Method {
  readonly name: string;
  readonly objective: string;
  /** By flag, as on a command line. */
  readonly options: ReadonlyMap<string, string | boolean>;
}

/** Lists of methods that the paper (arXiv 2606.15793) compares with one another. */
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
      summary: 'Ent-PPO, without the divergence, and without clipping',
      methods: ['ent-ppo', 'ent-ppo-without-divergence', 'ent-ppo-without-clipping'],
    },
  };

/** What runs where nothing is asked for. */
export const defaultMethods = 'comparison';

const variant = /^ent-ppo(?:-k([1-9]\d{0,2}))?(?:-without-(divergence|clipping))?$/;
const repeated = /^(tb|db|subtb|vargrad)-k([1-9]\d{0,2})$/;

/**
 * Methods by the names of a list such as `comparison,ent-ppo-k8`, each once: groups, objectives, and variants of Ent-PPO,
 * which are `ent-ppo-kK`, `ent-ppo-without-divergence`, `ent-ppo-without-clipping`, and one of these behind `ent-ppo-kK`;
 * `tb-kK` and the like are balance objectives with K updates on each batch.
 * Throws a UsageError on a name that is none of them.
 */
export function parseMethods(text: string, objectives: readonly string[]): Method[] {
  const names = text.split(',').map((name) => name.trim());
  const methods = new Map<string, Method>();
  for (const name of names.flatMap((each) => (Object.hasOwn(methodGroups, each) ? methodGroups[each].methods : each))) {
    methods.set(name, parseMethod(name, objectives));
  }
  return [...methods.values()];
}

function parseMethod(name: string, objectives: readonly string[]): Method {
  if (objectives.includes(name)) return { name, objective: name, options: new Map() };
  const [, balance, steps] = repeated.exec(name) ?? [];
  if (balance !== undefined && objectives.includes(balance)) {
    return { name, objective: balance, options: new Map([['--updates', steps]]) };
  }
  const found = variant.exec(name);
  if (found === null || !objectives.includes('ent-ppo')) {
    const known = [...Object.keys(methodGroups), ...objectives];
    throw new UsageError(
      `There is no method "${name}".${suggestion(name, known)} Methods are the objectives (${objectives.join(', ')}), ` +
        `variants such as ent-ppo-k8, ent-ppo-without-clipping and tb-k4, and the groups ` +
        `${Object.keys(methodGroups).join(', ')}.`,
    );
  }
  const [, updates, without] = found;
  const options = new Map<string, string | boolean>();
  if (updates !== undefined) options.set('--policy-updates', updates);
  if (without !== undefined) options.set(`--without-${without}`, true);
  return { name, objective: 'ent-ppo', options };
}
