import { updates } from '../../rows/buffers.ts';
import type { BoolLike } from '../../rows/expression.ts';
import { checkedHostProgram, hostProgram } from '../../rows/host-program.ts';
import type { Program } from '../../rows/program.ts';
import { breadthFirst, breadthFirstLimit } from '../breadth-first.ts';
import type { Enumeration, Environment } from '../environment.ts';
import type { EnvironmentRowFunctions, StateRow } from '../row-functions.ts';
import type { ActionGroups, PlacedGroup } from './actions.ts';
import { checkRowDefinition } from './check-row-definition.ts';
import { type Fields, type Layout, layOut, type PlainState, plainState } from './fields.ts';
import { hostFunctions, hostObservation, type MakeRunnable, probeObservation, type RowSizes } from './host.ts';
import { type Observe, observationRules } from './observe.ts';
import { answer, placeGroups } from './place-groups.ts';
import { type Confirmations, confirming, probe } from './probe.ts';
import { refuse } from './refuse.ts';
import { rulesOf } from './rules.ts';
import { type StateOf, stateOf } from './state.ts';
import { parseState, stateText } from './text.ts';

/** The definition of an environment in the row language; see `rowEnvironment`. */
export interface RowEnvironmentDefinition<F extends Fields> {
  readonly name: string;
  /** The fields of a state by name, made by `bits`, `flag`, `cells`, `counter` and `integers`. */
  readonly state: F;
  /** The actions in groups, numbered in this order. */
  readonly actions: ActionGroups<F>;
  /** Whether a trajectory ends at this state. No action is allowed there. */
  isTerminal(state: StateOf<F>): BoolLike;
  /** The maximum number of actions from the initial state to a terminal one. */
  readonly maxSteps: number;
  /**
   * The name of the single action that ends a trajectory in its current state, if every non-terminal state allows it;
   * see `Environment.stopAction`.
   */
  readonly stop?: string | undefined;
  /** A policy network's view of a state; by default all fields as one-hot blocks. */
  readonly observe?: Observe<F> | undefined;
  /** A state in readable form; by default its fields with their numbers. All text functions run on the host. */
  text?(state: PlainState<F>, row: Int32Array): string;
  /**
   * Writes the state that `text` describes, and throws on other text. By default only the default text can be parsed.
   */
  parse?(text: string, row: Int32Array): void;
  /** See `EnvironmentDefinition`. */
  readonly enumeration?: Enumeration | { readonly reason: string } | { readonly maxStates: number } | undefined;
  /** The options that recreate this environment; none by default. */
  readonly options?: Environment['options'] | undefined;
  /** See `Environment`; `maxSteps` by default. */
  readonly horizon?: number | undefined;
  /** See `Environment`. */
  readonly perceptron?: Environment['perceptron'];
}

/** An environment made by `rowEnvironment`. */
export interface RowEnvironment<F extends Fields = Fields> extends Environment {
  /** Its functions in the row language. */
  readonly rows: EnvironmentRowFunctions;
  /** The positions of its fields. */
  readonly layout: Layout;
  /** A state's fields as plain values. */
  plain(row: Int32Array): PlainState<F>;
  /** For type inference only; there is no such member. */
  readonly fields?: F | undefined;
}

/**
 * Makes an environment from rules written once in the row language: its fields, when actions are allowed, and what they
 * change. Backward actions are derived from the changes: one is allowed at a state if each of its changes can have been
 * made, from a parent that is not terminal and allows the action. Rollouts run it as WebAssembly on all threads of the
 * cpu device, and completely on a GPU; everything else calls the same functions on the host.
 *
 * @throws Error that names the environment and the member that is missing, unknown or of the wrong type, or the
 * function and the expression that cannot be recorded; also if changes cannot be undone
 */
export function rowEnvironment<const F extends Fields>(definition: RowEnvironmentDefinition<F>): RowEnvironment<F> {
  checkRowDefinition(definition);
  const { name, state: fields, actions, maxSteps, options = {}, horizon = maxSteps } = definition;
  const layout = layOut(fields);
  const isTerminal = (row: StateRow) => answer(name, 'isTerminal', definition.isTerminal(stateOf<F>(layout, row)));
  const signature = { buffers: { state: updates('i32', layout.size) } };
  const confirmations: Confirmations = [];
  const confirm = confirming(confirmations);
  probe(confirmations, { owner: name, name: 'isTerminal' }, signature, ({ state }) => isTerminal(state));
  const groups = placeGroups<F>(name, layout, actions, confirmations);
  const sizes: RowSizes = {
    ...{ name, stateSize: layout.size },
    actionCount: groups.reduce((count, { size }) => count + size, 0),
    backwardActionCount: Math.max(...groups.map(({ firstBack, backSize }) => firstBack + backSize)),
  };
  const observation = observationRules<F>(name, layout, definition.observe);
  const rules = rulesOf(layout, groups, isTerminal, name);
  if (definition.observe && !Array.isArray(definition.observe)) probeObservation(observation, sizes, confirmations);
  const functions = (made: MakeRunnable) => ({
    ...hostFunctions(rules, sizes, made),
    observation: hostObservation(observation, sizes, made),
  });
  const host = functions(recordedTogether(confirm));
  const checked = () => {
    confirm();
    return functions(checkedHostProgram);
  };
  const rows: EnvironmentRowFunctions = { ...rules, encode: observation.encode, host, checked, confirm };

  let enumeration: Environment['enumeration'] | undefined;
  const environment: RowEnvironment<F> = {
    ...{ ...sizes, maxSteps, horizon, options, layout, rows, perceptron: definition.perceptron },
    ...host,
    stopAction: stopOf(definition, groups),
    plain: (row) => plainState<F>(layout, row),
    text: (row) => (definition.text ? definition.text(plainState<F>(layout, row), row) : stateText(layout, row)),
    parse: parserOf(definition, layout),
    get enumeration() {
      enumeration ??= enumerationIn(definition, environment);
      return enumeration;
    },
  };
  return environment;
}

/** Programs for the host. The first call records all of them, so that the functions are confirmed once. */
function recordedTogether(confirm: () => void): MakeRunnable {
  const makes: (() => Program)[] = [];
  let programs: readonly Program[] | undefined;
  const recorded = () => {
    confirm();
    return makes.map((make) => make());
  };
  return (make) => {
    const place = makes.push(make) - 1;
    return hostProgram(() => {
      programs ??= recorded();
      return programs[place];
    });
  };
}

/** @throws Error if the name is not that of a single action */
function stopOf<F extends Fields>(
  { name: owner, stop }: RowEnvironmentDefinition<F>,
  groups: readonly PlacedGroup[],
): number | undefined {
  if (stop === undefined) return undefined;
  const group = groups.find(({ name }) => name === stop);
  if (group?.size === 1) return group.first;
  throw refuse(
    owner,
    group
      ? `stop names the actions ${stop}, which are ${group.size}; it has to be one.`
      : `stop names the actions ${stop}, but there are ${groups.map(({ name }) => name).join(', ')}.`,
  );
}

function parserOf<F extends Fields>(
  { name, text, parse }: RowEnvironmentDefinition<F>,
  layout: Layout,
): Environment['parse'] {
  if (parse) return (written, row) => parse(written, row);
  return text ? undefined : (written, row) => parseState(layout, name, written, row);
}

function enumerationIn<F extends Fields>(
  { enumeration = { maxStates: breadthFirstLimit } }: RowEnvironmentDefinition<F>,
  environment: Environment,
): Environment['enumeration'] {
  return 'maxStates' in enumeration ? breadthFirst(environment, enumeration.maxStates) : enumeration;
}
