import { updates } from '../../rows/buffers.ts';
import { type Bool, type BoolLike, Int } from '../../rows/expression.ts';
import { bool } from '../../rows/math.ts';
import type { Program, Statement, Value } from '../../rows/program.ts';
import { maxScratch } from '../../rows/statements.ts';
import { type ActionGroups, type PlacedChange, type PlacedGroup, product } from './actions.ts';
import { analyzeChanges } from './analyze-changes.ts';
import type { Fields, Layout } from './fields.ts';
import { type Confirmations, probe } from './probe.ts';
import { refuse } from './refuse.ts';
import { stateOf } from './state.ts';

/**
 * Numbers the actions of all groups, forwards and backwards, and records each group's functions by themselves, so that
 * errors name the function.
 *
 * @param confirmations collects the checks that the functions have not changed
 * @throws on invalid sizes, on groups without changes, and on whatever recording refuses
 */
export function placeGroups<F extends Fields>(
  owner: string,
  layout: Layout,
  actions: ActionGroups<F>,
  confirmations: Confirmations,
): readonly PlacedGroup[] {
  const groups: PlacedGroup[] = [];
  let first = 0;
  let back = 0;
  for (const [name, group] of Object.entries(actions as ActionGroups<Fields>)) {
    const counts = group.counts ?? (group.count === undefined ? [] : [group.count]);
    if (group.count !== undefined && group.counts !== undefined) {
      throw refuse(owner, `the actions ${name} have a count and counts; give one.`);
    }
    if (counts.some((count) => !Number.isInteger(count) || count < 1)) {
      throw refuse(owner, `the actions ${name} are counted by whole numbers of at least 1, not ${counts.join(', ')}.`);
    }
    const size = product(counts);
    if (first + size > maxActions) {
      throw refuse(owner, `it has ${first + size} actions up to ${name}; there are at most ${maxActions}.`);
    }
    const isFree = group.step !== undefined || group.undo !== undefined;
    if (isFree ? group.changes !== undefined || !group.step || !group.undo : !group.changes) {
      throw refuse(owner, `the actions ${name} need either changes, or both of step and undo.`);
    }
    if (isFree && layout.size > maxScratch) {
      throw refuse(
        owner,
        `the actions ${name} have step and undo, which are tried out in a copy of the state; a copy has at most ` +
          `${maxScratch} numbers, and these states have ${layout.size}. Give changes.`,
      );
    }
    const analyzed = isFree
      ? { changes: [], undoneBy: [...counts.keys()] }
      : probeChanges(owner, layout, name, group, counts, confirmations);
    if (isFree) probeFree(owner, layout, name, group, counts, confirmations);
    const backSize = product(analyzed.undoneBy.map((parameter) => counts[parameter]));
    const shared = group.sharesBackward;
    const host = groups.find((other) => other.name === shared);
    if (shared !== undefined && !host) {
      throw refuse(owner, `the actions ${name} share backward actions with ${shared}, which is no group before them.`);
    }
    const firstBack = host ? host.firstBack : back;
    back = Math.max(back, firstBack + backSize);
    const allowedBy = probeAllowed(owner, layout, name, group, counts, confirmations);
    groups.push({ name, group, counts, first, size, allowedBy, ...analyzed, firstBack, backSize, isShared: false });
    first += size;
  }
  if (groups.length === 0) throw refuse(owner, 'it has no actions.');
  const overlap = (a: PlacedGroup, b: PlacedGroup) =>
    a !== b && a.firstBack < b.firstBack + b.backSize && b.firstBack < a.firstBack + a.backSize;
  return groups.map((group) => ({ ...group, isShared: groups.some((other) => overlap(group, other)) }));
}

type Group = PlacedGroup['group'];

/** The longest loop; a policy has a logit for each action. */
const maxActions = 2 ** 20;

const names = ['i', 'j', 'k', 'l', 'm', 'n'];

/** Parameters of a program, one for each count. */
const parametersOf = (counts: readonly number[]) =>
  Object.fromEntries(counts.map((count, i) => [names[i] ?? `p${i}`, { min: 0, max: count - 1 }]));

const given = (parameters: Readonly<Record<string, Int>>): Int[] => Object.values(parameters);

function probeChanges(
  owner: string,
  layout: Layout,
  name: string,
  group: Group,
  counts: readonly number[],
  confirmations: Confirmations,
) {
  let analyzed: { changes: PlacedChange[]; undoneBy: number[] } = { changes: [], undoneBy: [] };
  probe(
    confirmations,
    { owner, name: `${name}.changes` },
    { buffers: { state: updates('i32', layout.size) }, parameters: parametersOf(counts) },
    ({ state }, _, parameters) => {
      const reads = new Map<Value, string>();
      const values = given(parameters);
      const changes = group.changes?.(stateOf(layout, state, reads), ...values);
      const isChanges = Array.isArray(changes) && changes.every((change) => typeof change?.perform === 'function');
      if (!isChanges || changes.length === 0) {
        throw refuse(owner, `${name}.changes returns a list of changes, such as [set(…)], and at least one.`);
      }
      analyzed = analyzeChanges(changes, values, reads);
      for (const change of changes) change.perform();
    },
  );
  return analyzed;
}

function probeFree(
  owner: string,
  layout: Layout,
  name: string,
  group: Group,
  counts: readonly number[],
  confirmations: Confirmations,
): void {
  const signature = { buffers: { state: updates('i32', layout.size) }, parameters: parametersOf(counts) };
  for (const which of ['step', 'undo'] as const) {
    probe(confirmations, { owner, name: `${name}.${which}` }, signature, ({ state }, _, parameters) =>
      group[which]?.(stateOf(layout, state), ...given(parameters)),
    );
  }
  if (!group.undoable) return;
  probe(confirmations, { owner, name: `${name}.undoable` }, signature, ({ state }, _, parameters) =>
    answer(owner, `${name}.undoable`, group.undoable?.(stateOf(layout, state), ...given(parameters))),
  );
}

/** An upper bound on the number of leading parameters that `allowed` depends on. */
function probeAllowed(
  owner: string,
  layout: Layout,
  name: string,
  group: Group,
  counts: readonly number[],
  confirmations: Confirmations,
): number {
  if (!group.allowed) return 0;
  const program = probe(
    confirmations,
    { owner, name: `${name}.allowed` },
    { buffers: { state: updates('i32', layout.size) }, parameters: parametersOf(counts) },
    ({ state }, _, parameters) =>
      answer(owner, `${name}.allowed`, group.allowed?.(stateOf(layout, state), ...given(parameters))),
  );
  return 1 + lastParameter(program);
}

/** The Bool that a function returns. @throws if it returns nothing */
export function answer(owner: string, name: string, said: BoolLike | undefined): Bool {
  if (typeof said === 'boolean') return bool(said);
  if (typeof said === 'object' && said.type === 'bool') return said;
  const found = said === undefined ? 'nothing' : said instanceof Int ? 'a number' : String(said);
  throw refuse(owner, `${name} returns ${found}; it has to return a condition, such as x.less(3), true or false.`);
}

function lastParameter({ body }: Program): number {
  const last = (statements: readonly Statement[]): number =>
    Math.max(
      -1,
      ...statements.map((statement) => {
        if (statement.kind === 'let') return statement.value.kind === 'parameter' ? statement.value.position : -1;
        if (statement.kind === 'when') return Math.max(last(statement.body), last(statement.otherwise));
        return statement.kind === 'repeat' ? last(statement.body) : -1;
      }),
    );
  return last(body);
}
