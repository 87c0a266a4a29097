import { objectiveOf } from '../methods.ts';
import { quoted } from '../text.ts';
import { type ComparedMethod, type Comparison, isVariant } from './comparison.ts';
import type { MethodSettings } from './settings.ts';
import { turnedOff } from './turned-off.ts';

/**
 * A comparison's settings in Markdown: those that all methods share, then each method's own. A variant of an objective that
 * is compared, too, is told by what differs from that.
 */
export function settingLines({ problem, methods: compared }: Comparison): string {
  const methods = compared.map((each) => ({
    ...each,
    settings: [...each.settings, ...turnedOff(problem, each.settings)],
  }));
  const [first, ...others] = methods.map(({ settings }) => new Map(settings));
  const shared = new Set(
    [...first].filter(([flag, value]) => others.every((rows) => rows.get(flag) === value)).map(([flag]) => flag),
  );
  const all = methods[0].settings.filter(([flag]) => shared.has(flag) && flag !== 'problem');
  const lines = methods.map((each) => {
    const base = isVariant(each) ? methods.find(({ method }) => method === objectiveOf(each.method)) : undefined;
    const own = each.settings.filter(([flag]) => !shared.has(flag) && flag !== 'problem');
    return `- ${each.method}: ${variation(each, base) ?? asFlags(own)}`;
  });
  return `All: \`flowtape train ${problem} ${words(all)}\`\n\n${lines.join('\n')}`;
}

/** "as ent-ppo, with `--policy-updates 1`"; undefined if the settings of one are no variation of the other's. */
function variation({ settings }: ComparedMethod, base: ComparedMethod | undefined): string | undefined {
  if (base === undefined) return undefined;
  const [mine, theirs] = [new Map(settings), new Map(base.settings)];
  if (base.settings.some(([flag]) => !mine.has(flag))) return undefined;
  const changed = settings.filter(([flag, value]) => theirs.get(flag) !== value);
  return changed.length === 0 ? `as ${base.method}` : `as ${base.method}, with ${asFlags(changed)}`;
}

/** Settings whose values have commas between thousands; others have them between the numbers of a list. */
const counts = ['--steps', '--batch'];

function asFlags(settings: MethodSettings): string {
  return `\`${words(settings)}\``;
}

function words(settings: MethodSettings): string {
  return settings
    .map(([flag, value]) => {
      if (value === 'true') return flag;
      if (value === 'false') return flag.replace(/^--/, '--no-');
      return `${flag} ${quoted(counts.includes(flag) ? value.replaceAll(',', '') : value)}`;
    })
    .join(' ');
}
