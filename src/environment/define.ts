import { breadthFirst, breadthFirstLimit } from './breadth-first.ts';
import { checkDefinition } from './check-definition.ts';
import type { Condition, Enumeration, Environment, EnvironmentShader } from './environment.ts';
import { featureObservation, type Observation, tokenObservation } from './observation.ts';

/**
 * The definition of an environment. A state is a row of `stateSize` int32, and every function works on one row. Actions are
 * numbered 0 .. actions - 1; a backward action undoes the action of the same number, unless `backwardActions` says otherwise.
 */
export interface EnvironmentDefinition {
  readonly name: string;
  /** Numbers in a state row. */
  readonly stateSize: number;
  /** The number of actions. */
  readonly actions: number;
  /** The maximum number of actions from the initial state to a terminal one. */
  readonly maxSteps: number;
  /** The initial state's row, or a function that writes it; all 0 by default. */
  readonly initial?: ArrayLike<number> | ((state: Int32Array) => void) | undefined;
  /** Whether a trajectory ends at this state. */
  isTerminal(state: Int32Array): boolean;
  /** Whether an action is allowed; never called at terminal states. */
  allowed(state: Int32Array, action: number): boolean;
  /** Takes an allowed action: changes `state` into the child. */
  step(state: Int32Array, action: number): void;
  /** Whether a backward action is allowed: whether it undoes an action that leads here. */
  undoable(state: Int32Array, backwardAction: number): boolean;
  /** Takes a backward action: changes `state` into the parent. */
  undo(state: Int32Array, backwardAction: number): void;
  /**
   * The number of backward actions, if it differs from `actions`. Then `backwardAction` returns the one that undoes an
   * action taken at a state, and `forwardAction` the action that redoes what a backward action undoes at a state.
   */
  readonly backwardActions?: number | undefined;
  /** The backward action that undoes an action taken at a state; see `backwardActions`. */
  backwardAction?(state: Int32Array, action: number): number;
  /** The action that redoes what a backward action undoes at a state; see `backwardActions`. */
  forwardAction?(state: Int32Array, backwardAction: number): number;
  /**
   * What a policy network sees: inputs that are 1 if `hot` returns true and else 0, inputs of any `value`, or an observation
   * such as `tokenObservation` makes. By default one input for each number of the row.
   */
  readonly observe?: Observation | HotInputs | InputValues | undefined;
  /** A state in readable form; by default its numbers. */
  text?(state: Int32Array): string;
  /** Writes the state that `text` describes, and throws on other text. */
  parse?(text: string, state: Int32Array): void;
  /** The options that recreate this environment; none by default. */
  readonly options?: Environment['options'] | undefined;
  /**
   * All states by number. By default they are numbered breadth first, if there are at most 250,000 states and objects
   * together, or `maxStates`. With a `reason`, a sentence, they are not numbered and there are no exact metrics.
   */
  readonly enumeration?: Enumeration | { readonly reason: string } | { readonly maxStates: number } | undefined;
  /** See `Environment`; `maxSteps` by default. */
  readonly horizon?: number | undefined;
  /** See `Environment`. */
  readonly condition?: Condition | undefined;
  /** See `Environment`. */
  readonly upToSymmetry?: boolean | undefined;
  /** See `Environment`. */
  readonly stopAction?: number | undefined;
  /** See `Environment`. */
  readonly shader?: EnvironmentShader | undefined;
}

/** `inputs` inputs of a network: 1 if `hot` returns true, else 0. */
export interface HotInputs {
  readonly inputs: number;
  hot(state: Int32Array, input: number): boolean;
}

/** `inputs` inputs of a network with the values that `value` gives, finite. */
export interface InputValues {
  readonly inputs: number;
  value(state: Int32Array, input: number): number;
}

/**
 * Makes an environment from its dynamics, with defaults for everything else.
 *
 * @throws Error naming a member that is missing, unknown or of the wrong type. The environment's functions throw later if
 * they return something invalid, naming the function, the state and the value
 */
export function defineEnvironment(definition: EnvironmentDefinition): Environment {
  checkDefinition(definition);
  const { name, stateSize, actions, maxSteps, options = {}, horizon = maxSteps } = definition;
  const { backwardActions = actions, condition, upToSymmetry, stopAction, shader } = definition;
  const truth = (what: string, answer: unknown, state: Int32Array, action?: number): boolean => {
    if (typeof answer === 'boolean') return answer;
    throw new Error(wrongAnswer(definition, what, answer, state, action));
  };
  const changed = (what: string, answer: unknown, state: Int32Array, action: number): void => {
    if (typeof answer !== 'object' || answer === null || answer === state) return;
    throw new Error(wrongChange(definition, what, answer, state, action));
  };
  const isTerminal = (state: Int32Array) => truth('isTerminal', definition.isTerminal(state), state);

  let enumeration: Environment['enumeration'] | undefined;
  const environment: Environment = {
    name,
    options,
    stateSize,
    actionCount: actions,
    backwardActionCount: backwardActions,
    maxSteps,
    horizon,
    observation: observationOf(definition),
    ...(condition && { condition }),
    ...(upToSymmetry && { upToSymmetry }),
    stopAction,
    ...(shader && { shader }),

    initial(state) {
      const { initial } = definition;
      if (typeof initial === 'function') initial(state);
      else if (initial === undefined) state.fill(0);
      else state.set(initial);
    },
    isTerminal,
    forwardMask(state, mask) {
      const ends = isTerminal(state);
      for (let action = 0; action < actions; action++) {
        mask[action] = !ends && truth('allowed', definition.allowed(state, action), state, action) ? 1 : 0;
      }
    },
    step: (state, action) => changed('step', definition.step(state, action), state, action),
    backwardMask(state, mask) {
      for (let action = 0; action < backwardActions; action++) {
        mask[action] = truth('undoable', definition.undoable(state, action), state, action) ? 1 : 0;
      }
    },
    backwardStep: (state, action) => changed('undo', definition.undo(state, action), state, action),
    backwardAction: (state, action) => (definition.backwardAction ? definition.backwardAction(state, action) : action),
    forwardAction: (state, action) => (definition.forwardAction ? definition.forwardAction(state, action) : action),

    text: (state) => (definition.text ? definition.text(state) : state.join(' ')),
    parse: parserOf(definition),
    get enumeration() {
      enumeration ??= enumerationIn(definition, environment);
      return enumeration;
    },
  };
  return environment;
}

function observationOf({ observe, stateSize }: EnvironmentDefinition): Observation {
  if (observe === undefined) return featureObservation({ width: stateSize, encode: (state, row) => row.set(state) });
  if ('kind' in observe) return observe;
  const { inputs } = observe;
  if ('hot' in observe) {
    return tokenObservation({
      width: inputs,
      positions: inputs,
      encode(state, tokens) {
        for (let i = 0; i < inputs; i++) tokens[i] = observe.hot(state, i) ? i : -1;
      },
    });
  }
  return featureObservation({
    width: inputs,
    encode(state, features) {
      for (let i = 0; i < inputs; i++) features[i] = observe.value(state, i);
    },
  });
}

/** Custom text needs a custom parser; numbers can be read back. */
function parserOf({ name, text, parse, stateSize }: EnvironmentDefinition): Environment['parse'] {
  if (parse) return (written, state) => parse(written, state);
  if (text) return undefined;
  return (written, state) => {
    const numbers = written.trim().split(/\s+/).map(Number);
    const isRow = numbers.length === stateSize && numbers.every((number) => (number | 0) === number);
    if (!isRow) throw new Error(`${JSON.stringify(written)} is not a state of ${name}: write ${stateSize} integers.`);
    state.set(numbers);
  };
}

function enumerationIn(
  { enumeration = { maxStates: breadthFirstLimit } }: EnvironmentDefinition,
  environment: Environment,
): Environment['enumeration'] {
  return 'maxStates' in enumeration ? breadthFirst(environment, enumeration.maxStates) : enumeration;
}

function wrongAnswer(
  { name }: EnvironmentDefinition,
  what: string,
  answer: unknown,
  state: Int32Array,
  action?: number,
): string {
  const call = action === undefined ? `${what}(state)` : `${what}(state, ${action})`;
  const hint =
    answer === undefined
      ? ' Is there a return missing?'
      : answer instanceof Promise
        ? ' It must not be asynchronous.'
        : typeof answer === 'number'
          ? ' Compare, as in state[i] === 1.'
          : '';
  return `The environment ${name}: ${call} returned ${shownAnswer(answer)} at [${state.join(', ')}]; it must return true or false.${hint}`;
}

function wrongChange(
  { name }: EnvironmentDefinition,
  what: string,
  answer: object,
  state: Int32Array,
  action: number,
): string {
  const rule =
    answer instanceof Promise ? 'it must not be asynchronous' : 'it must change the row it is given and return nothing';
  return `The environment ${name}: ${what}(state, ${action}) returned ${shownAnswer(answer)} at [${state.join(', ')}]; ${rule}.`;
}

function shownAnswer(answer: unknown): string {
  if (answer instanceof Promise) return 'a promise';
  if (Array.isArray(answer) || ArrayBuffer.isView(answer)) return 'a new array';
  return typeof answer === 'object' && answer !== null ? 'an object' : String(answer);
}
