import { type Command, Option } from 'commander';
import type { ProblemOption } from '../problems/listed-options.ts';
import type { ObjectiveOption } from '../run/option-list.ts';
import type { Engine } from './engine.ts';
import { flagOf } from './option-values.ts';

type AnyOption = ProblemOption | ObjectiveOption;

/** An option, and the environment or objective that has it. */
interface Use {
  readonly owner: string;
  readonly option: AnyOption;
}

/**
 * Gives a command the options of all environments, and of all objectives where it is told to. Which of them go
 * with the environment and objective asked for is decided when they are known (see `splitOptions`).
 *
 * Throws an Error where two of them cannot share a flag: a fault in a registry, not of a user.
 */
export function addTaskFlags(command: Command, engine: Engine, kinds: { objectives: boolean }): void {
  const groups = [
    { heading: 'Options of environments:', owners: engine.problems },
    ...(kinds.objectives
      ? [
          { heading: 'Options of objectives:', owners: engine.objectives },
          { heading: 'Options of every run:', owners: [{ name: 'training', options: engine.trainingSettings }] },
        ]
      : []),
  ];
  const taken = new Set(command.options.map((option) => option.long));
  for (const { heading, owners } of groups) {
    const byFlag = new Map<string, Use[]>();
    for (const { name: owner, options } of owners) {
      for (const option of options as readonly AnyOption[]) {
        const uses = byFlag.get(flagOf(option.name)) ?? [];
        byFlag.set(flagOf(option.name), [...uses, { owner, option }]);
      }
    }
    for (const [flag, uses] of byFlag) {
      // To commander `--no-x` means that x is off.
      const isReserved = taken.has(flag) || flag.startsWith('--no-');
      const values = new Set(uses.map(({ option }) => valueName(option)));
      const isAmbiguous = values.size > 1 && values.has('');
      if (isReserved || isAmbiguous) throw new Error(`the flag ${flag} of ${uses[0].owner} is taken by another`);
      taken.add(flag);
      const value = values.size === 1 ? [...values][0] : '<VALUE>';
      command.addOption(new Option(`${flag} ${value}`.trimEnd(), describeUses(uses, owners.length)).helpGroup(heading));
    }
  }
}

/** The options of environments and objectives that were given, by flag, out of all that commander has read. */
export function givenTaskFlags(
  engine: Engine,
  values: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, string | boolean> {
  const given = new Map<string, string | boolean>();
  for (const { options } of [...engine.problems, ...engine.objectives, { options: engine.trainingSettings }]) {
    for (const { name } of options) {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (typeof value === 'string' || typeof value === 'boolean') given.set(flagOf(name), value);
    }
  }
  return given;
}

/** "Environments:" and a line for each, and the same for objectives and presets. */
export function describeChoices(engine: Engine): string {
  const lists = [
    { title: 'Environments:', entries: engine.problems },
    { title: 'Objectives:', entries: engine.objectives },
    { title: 'Presets:', entries: engine.presets },
  ];
  return lists
    .filter(({ entries }) => entries.length > 0)
    .map(({ title, entries }) => {
      const width = Math.max(...entries.map(({ name }) => name.length));
      return [title, ...entries.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)].join('\n');
    })
    .join('\n\n');
}

/** What a flag is for, and whose it is where not everybody's; the defaults, and whose where they differ. */
function describeUses(uses: readonly Use[], ownerCount: number): string {
  return groupBy(uses, ({ option }) => describe(option))
    .map(([text, sharing]) => {
      const whose = sharing.length === ownerCount && ownerCount > 1 ? '' : `${listOwners(sharing)}: `;
      const defaults = groupBy(sharing, ({ option }) => defaultOf(option)).filter(([value]) => value !== '');
      if (defaults.length === 0) return whose + text;
      const values = defaults.map(([value, users]) =>
        defaults.length === 1 ? value : `${value} for ${listOwners(users)}`,
      );
      return `${whose}${text} (default: ${values.join('; ')})`;
    })
    .join('; ');
}

function listOwners(uses: readonly Use[]): string {
  return uses.map(({ owner }) => owner).join(', ');
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): [string, Item[]][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups];
}

function valueName(option: AnyOption): string {
  switch (option.kind) {
    case 'integer':
      return '<N>';
    case 'number':
      return '<X>';
    case 'choice':
      return `<${option.choices.join('|')}>`;
    case 'text':
      return '<TEXT>';
    case 'data-folder':
      return '<DIR>';
    case 'flag':
      return '';
  }
}

function describe(option: AnyOption): string {
  return option.kind === 'data-folder' ? `${option.help} (${option.files.join(', ')})` : option.help;
}

function defaultOf(option: AnyOption): string {
  return !('default' in option) || option.kind === 'flag' ? '' : String(option.default);
}
