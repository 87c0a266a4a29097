import { flagName } from '../../options/index.ts';
import { catalogue } from '../../run/catalogue.ts';
import { dataOption } from '../../run/effective-options.ts';
import { objectiveOf } from '../methods.ts';
import { quoted } from '../text.ts';
import { type ComparedMethod, type Comparison, isVariant } from './comparison.ts';
import { effectiveRows } from './settings.ts';
import { turnedOff } from './turned-off.ts';

/** A flag with its value, and what to show in place of a value that says nothing elsewhere. */
type Row = readonly [flag: string, value: string, shown?: string];

interface MethodRows {
  readonly method: string;
  readonly rows: readonly Row[];
}

/**
 * A comparison's settings in Markdown: those that all methods share, then each method's own, if it has any. A variant of
 * an objective that is compared, too, is told by what differs from that.
 */
export function settingLines({ problem, methods: compared }: Comparison): string {
  const methods = compared.map((each): MethodRows => {
    const rows = [...begunRows(problem, each), ...each.settings, ...turnedOff(problem, each.settings)];
    return { method: each.method, rows };
  });
  const [first, ...others] = methods.map(({ rows }) => new Map(rows.map(([flag, value]) => [flag, value])));
  const shared = new Set(
    [...first].filter(([flag, value]) => others.every((rows) => rows.get(flag) === value)).map(([flag]) => flag),
  );
  const all = methods[0].rows.filter(([flag]) => shared.has(flag) && flag !== 'problem');
  const lines = methods.flatMap((each) => {
    const base = isVariant(each) ? methods.find(({ method }) => method === objectiveOf(each.method)) : undefined;
    const own = each.rows.filter(([flag]) => !shared.has(flag) && flag !== 'problem');
    const told = variation(problem, each, base) ?? (own.length === 0 ? undefined : asFlags(own));
    return told === undefined ? [] : [`- ${each.method}: ${told}`];
  });
  const command = `All: \`flowtape train ${problem} ${words(all)}\``;
  return lines.length === 0 ? command : `${command}\n\n${lines.join('\n')}`;
}

/** What a method's runs began with: the user's files and folders, told apart by fingerprints and shown as placeholders. */
function begunRows(problem: string, { begunWith: { data, prior, offline } = {} }: ComparedMethod): Row[] {
  const listed = catalogue.problems.find(({ name }) => name === problem);
  const option = listed && dataOption(listed);
  return [
    ...(data === undefined ? [] : [[flagName(option?.path ?? 'data'), data, 'FILE'] as const]),
    ...(prior === undefined ? [] : [['--prior', prior, prior === 'uniform' ? prior : 'DIR'] as const]),
    ...(offline === undefined ? [] : [['--offline', offline, 'FILE'] as const]),
  ];
}

/**
 * "as ent-ppo, with `--policy-updates 1`"; undefined if the settings of one are no variation of the other's: if one of
 * them is missing that would have an effect.
 */
function variation(problem: string, { rows }: MethodRows, base: MethodRows | undefined): string | undefined {
  if (base === undefined) return undefined;
  const [mine, theirs] = [rows, base.rows].map((each) => new Map(each.map(([flag, value]) => [flag, value])));
  const own = rows.map(([flag, value]) => [flag, value] as const);
  const missing = base.rows.flatMap(([flag, value]) => (mine.has(flag) ? [] : [[flag, value] as const]));
  if (missing.some((row) => effectiveRows(problem, [...own, row]).includes(row))) return undefined;
  const changed = rows.filter(([flag, value]) => theirs.get(flag) !== value);
  return changed.length === 0 ? `as ${base.method}` : `as ${base.method}, with ${asFlags(changed)}`;
}

/** Settings whose values have commas between thousands; others have them between the numbers of a list. */
const counts = ['--steps', '--batch'];

function asFlags(settings: readonly Row[]): string {
  return `\`${words(settings)}\``;
}

function words(settings: readonly Row[]): string {
  return settings
    .map(([flag, value, shown]) => {
      if (shown !== undefined) return `${flag} ${shown}`;
      if (value === 'true') return flag;
      if (value === 'false') return flag.replace(/^--/, '--no-');
      return `${flag} ${quoted(counts.includes(flag) ? value.replaceAll(',', '') : value)}`;
    })
    .join(' ');
}
