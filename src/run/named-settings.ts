import type { ObjectiveAbout } from '../objective/about.ts';
import { flagName, keyOf, type Leaf, leavesOf, type OnlyIf, type Schema } from '../options/index.ts';
import type { ListedProblem } from '../problems/listed.ts';
import { concerns } from './network-settings.ts';
import { schemaOf } from './run-config.ts';

/** A setting of a configuration, under its common name in flags, addresses and forms. */
export interface NamedSetting extends Leaf {
  /** `replay-capacity`; on the command line it is `--replay-capacity`. */
  readonly key: string;
  /** Its path in a configuration: `trainingOptions.replay.capacity`. */
  readonly path: string;
  /** `replay.capacity`: the path without the part of the configuration. */
  readonly name: string;
  /** `problemOptions`, `objectiveOptions`, `trainingOptions`, or `run` for the configuration itself. */
  readonly part: SettingPart;
}

export type SettingPart = 'problemOptions' | 'objectiveOptions' | 'trainingOptions' | 'run';

const parts: readonly SettingPart[] = ['problemOptions', 'objectiveOptions', 'trainingOptions'];

/**
 * Every setting of runs of a problem with an objective, in a fixed order, but not those of networks that the objective
 * lacks. Without an objective, those of the rest.
 */
export function settingsOf(
  problem: Pick<ListedProblem, 'options'>,
  objective: Pick<ObjectiveAbout, 'options'> | undefined,
): NamedSetting[] {
  const leaves = leavesOf(schemaOf(problem, objective));
  // The data folder is an option of the problem.
  return leaves
    .filter(({ path }) => path !== 'data' && concerns(objective, path))
    .map((leaf) => {
      const [first, ...rest] = leaf.path.split('.');
      const part = parts.find((each) => each === first);
      const name = part === undefined ? leaf.path : rest.join('.');
      return { ...leaf, key: keyOf(name), name, part: part ?? 'run' };
    });
}

/**
 * Conditions of a setting as flags: "with --optimizer-kind sgd", "without --data", "without --a, or with --b"; empty if
 * there are none.
 */
export function flagConditions({ name }: NamedSetting, conditions: OnlyIf): string {
  const group = name.slice(0, name.lastIndexOf('.') + 1);
  const either = [conditions].flat().map((all) => {
    const words = Object.entries(all).map(([other, [value, ...more]]) => {
      const flag = flagName(group + other);
      if (typeof value === 'string') return `with ${flag} ${[value, ...more].join(' or ')}`;
      return `${value === true ? 'with' : 'without'} ${flag}`;
    });
    return words.join(' and ');
  });
  return either.join(', or ');
}

/** An optional group of settings, which a key turns on with its defaults, or off. */
export interface NamedGroup {
  readonly key: string;
  readonly path: string;
  readonly name: string;
  readonly part: SettingPart;
  readonly help: string;
  /** See `GroupOption.like`. */
  readonly like?: string | undefined;
}

/** The optional groups among the settings, such as `replay`. */
export function groupsOf(
  problem: Pick<ListedProblem, 'options'>,
  objective: Pick<ObjectiveAbout, 'options'> | undefined,
): NamedGroup[] {
  const found: NamedGroup[] = [];
  const walk = (schema: Schema, prefix: string) => {
    for (const [option, each] of Object.entries(schema)) {
      if (each.kind !== 'group') continue;
      const path = prefix + option;
      if (!concerns(objective, path)) continue;
      if (each.optional) {
        const [first, ...rest] = path.split('.');
        const part = parts.find((known) => known === first) ?? 'run';
        const name = part === 'run' ? path : rest.join('.');
        found.push({ key: keyOf(name), path, name, part, help: each.help, like: each.like });
      }
      walk(each.options, `${path}.`);
    }
  };
  walk(schemaOf(problem, objective), '');
  return found;
}
