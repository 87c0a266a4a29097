import type { Bool, Int } from '../../rows/expression.ts';
import { bool, int } from '../../rows/math.ts';
import { type Local, local, repeat, when } from '../../rows/statements.ts';
import type { EnvironmentRowFunctions, MarkAction, StateRow } from '../row-functions.ts';
import { type PlacedGroup, product } from './actions.ts';
import type { Layout } from './fields.ts';
import { answer } from './place-groups.ts';
import { retrace, undo, within } from './retrace.ts';
import { stateOf } from './state.ts';

/** An environment's rules in the row language, derived from its definition. */
export interface Rules extends Omit<EnvironmentRowFunctions, 'encode' | 'host'> {
  initial(state: StateRow): void;
  backwardStep(state: StateRow, backwardAction: Int): void;
  /** Changes the state temporarily, and restores it. */
  forwardAction(state: StateRow, backwardAction: Int): Int;
  /** Whether an action of a group may be taken at a non-terminal state. */
  isAllowed(group: PlacedGroup, state: StateRow, parameters: readonly Int[]): Bool;
}

/** Derives all of an environment's rules from its fields, its groups of actions and its terminal condition. */
export function rulesOf(
  layout: Layout,
  groups: readonly PlacedGroup[],
  isTerminal: (state: StateRow) => Bool,
  owner: string,
): Rules {
  const isAllowed: Rules['isAllowed'] = ({ group, name }, row, parameters) =>
    group.allowed ? answer(owner, `${name}.allowed`, group.allowed(stateOf(layout, row), ...parameters)) : bool(true);
  const rules = { isTerminal, isAllowed };
  const isShared = groups.some((group) => group.isShared);

  /** Tries the backward actions of all groups; a number shared by several groups is visited for each. */
  const eachParent = (row: StateRow, visit: (back: Int, action: Int) => void): void => {
    for (const group of groups) {
      loops(countsBack(group), (given, place) =>
        retrace({ layout, rules, group, row, given }, (isParent, parameters) =>
          when(isParent, () => visit(place.add(group.firstBack), numberOf(group, parameters))),
        ),
      );
    }
  };
  /** The group of a backward action at a state, if several share its number. */
  const groupAt = (row: StateRow, back: Int): Local<Int> => {
    const found = local(0);
    groups.forEach((group, number) => {
      const isOfGroup = back.greaterEqual(group.firstBack).and(back.less(group.firstBack + group.backSize));
      when(isOfGroup, () =>
        retrace({ layout, rules, group, row, given: parametersBack(group, back) }, (isParent) =>
          when(isParent, () => found.set(number)),
        ),
      );
    });
    return found;
  };
  /** Calls `run` for the group of a backward action, with its parameters. */
  const byGroup = (row: StateRow, back: Int, run: (group: PlacedGroup, given: Int[]) => void): void => {
    const found = isShared ? groupAt(row, back).get() : undefined;
    const inOrder = isShared ? groups : [...groups].sort((a, b) => a.firstBack - b.firstBack);
    const isUpTo = (group: PlacedGroup) =>
      found ? found.lessEqual(groups.indexOf(group)) : back.less(group.firstBack + group.backSize);
    choose(inOrder, isUpTo, (group) => run(group, parametersBack(group, back)));
  };

  const derived: Rules = {
    ...rules,
    initial(state) {
      for (const { offset, length, initial } of layout.fields) {
        if (length === 1) state.set(offset, initial);
        else repeat(length, (i) => state.set(i.add(offset), initial));
      }
    },
    forwardMask(row, mark) {
      const isOpen = isTerminal(row).not();
      for (const group of groups) {
        const { counts, allowedBy, first } = group;
        const rest = counts.slice(allowedBy);
        loops(counts.slice(0, allowedBy), (parameters, place) => {
          // The results of the others are not used.
          const others = rest.map((count) => within(int(0), count));
          const allowed = isOpen.and(isAllowed(group, row, [...parameters, ...others]));
          const start = place.multiply(product(rest)).add(first);
          if (rest.length === 0) mark(start, allowed);
          else markAll(product(rest), start, allowed, mark);
        });
      }
    },
    step(row, action) {
      choose(
        groups,
        (group) => action.less(group.first + group.size),
        (group) => {
          const parameters = split(action.subtract(group.first), group.counts);
          const state = stateOf(layout, row);
          if (group.group.step) group.group.step(state, ...parameters);
          else for (const change of group.group.changes?.(state, ...parameters) ?? []) change.perform();
        },
      );
    },
    backwardStep(row, back) {
      byGroup(row, back, (group, given) => undo({ layout, rules, group, row, given }));
    },
    backwardAction(_, action) {
      const back = local(0);
      choose(
        groups,
        (group) => action.less(group.first + group.size),
        (group) => {
          const parameters = split(action.subtract(group.first), group.counts);
          const place = joined(
            group.undoneBy.map((parameter) => parameters[parameter]),
            countsBack(group),
          );
          back.set(place.add(group.firstBack));
        },
      );
      return back.get();
    },
    forwardAction(row, back) {
      const action = local(0);
      byGroup(row, back, (group, given) =>
        retrace({ layout, rules, group, row, given }, (isParent, parameters) =>
          when(isParent, () => action.set(numberOf(group, parameters))),
        ),
      );
      return action.get();
    },
    parents: eachParent,
  };
  return derived;
}

/** Marks actions that are all allowed or all forbidden. As a number the condition is computed once before the loop. */
function markAll(count: number, start: Int, allowed: Bool, mark: MarkAction): void {
  allowed.toInt();
  repeat(count, (i) => mark(start.add(i), allowed));
}

const countsBack = ({ counts, undoneBy }: PlacedGroup): number[] => undoneBy.map((parameter) => counts[parameter]);

const parametersBack = (group: PlacedGroup, back: Int): Int[] =>
  split(back.subtract(group.firstBack), countsBack(group));

const numberOf = (group: PlacedGroup, parameters: readonly Int[]): Int =>
  joined(parameters, group.counts).add(group.first);

/**
 * Calls `run` for the first group for which `isUpTo` holds, as it does for all later ones; for the last one if it holds
 * for none. Groups are bisected, since GPU compilers refuse long else chains.
 */
function choose(
  groups: readonly PlacedGroup[],
  isUpTo: (group: PlacedGroup) => Bool,
  run: (group: PlacedGroup) => void,
): void {
  if (groups.length === 1) {
    run(groups[0]);
    return;
  }
  const middle = groups.length >> 1;
  const [some, others] = [groups.slice(0, middle), groups.slice(middle)];
  when(
    isUpTo(some[middle - 1]),
    () => choose(some, isUpTo, run),
    () => choose(others, isUpTo, run),
  );
}

/** Runs a body for each combination of counts, the last one fastest, with the combination's index. */
function loops(counts: readonly number[], body: (parameters: Int[], place: Int) => void): void {
  const go = (parameters: Int[]): void => {
    if (parameters.length === counts.length) body(parameters, joined(parameters, counts));
    else repeat(counts[parameters.length], (i) => go([...parameters, i]));
  };
  go([]);
}

/** The index of a combination, the last parameter fastest. */
function joined(parameters: readonly Int[], counts: readonly number[]): Int {
  const [first, ...rest] = parameters;
  if (first === undefined) return int(0);
  return rest.reduce((place, parameter, i) => place.multiply(counts[i + 1]).add(parameter), first);
}

/** The combination at an index. */
function split(place: Int, counts: readonly number[]): Int[] {
  const parameters: Int[] = [];
  let rest = within(place, product(counts));
  for (let i = counts.length - 1; i >= 0; i--) {
    parameters[i] = i === 0 ? within(rest, counts[0]) : within(rest.remainder(counts[i]), counts[i]);
    rest = rest.divide(counts[i]);
  }
  return parameters;
}
