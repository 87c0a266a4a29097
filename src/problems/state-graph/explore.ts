/**
 * An environment told by functions of states that are any values of JSON: what can be done, what that leads to, where it
 * ends, and what an end is worth. It is explored once, from the start, so its states must be few enough to be listed.
 */
export interface StateGraphDefinition {
  /** The first state, such as `''`, `[]` or `{ packed: [] }`. */
  readonly start: unknown;
  /** The names of all actions. */
  readonly actions: readonly string[];
  /** Whether an action is allowed, by its number; not asked at ends. */
  allowed(state: never, action: number): boolean;
  /** The state that an allowed action leads to. It leaves the one that it is given as it is. */
  next(state: never, action: number): unknown;
  /** Whether it ends here. */
  isEnd(state: never): boolean;
  /** What an end is worth: a number of at least 0. */
  reward(state: never): number;
  /** What a network sees, equally many numbers for each state. By default each state is an input of its own. */
  observe?(state: never): readonly number[];
  /** How a state is shown; by default as JSON. */
  text?(state: never): string;
}

/** What an exploration finds, as JSON holds it. States are in an order in which each comes behind those that lead to it. */
export interface StateGraph {
  readonly actions: readonly string[];
  /** Numbers that a network sees of a state; 0 where each state is an input of its own. */
  readonly inputs: number;
  readonly states: readonly GraphState[];
}

/** Its text, its reward (null for states that are no end), where each action leads (-1 where not allowed), what is seen. */
export type GraphState = readonly [
  text: string,
  reward: number | null,
  children: readonly number[],
  seen: readonly number[],
];

/**
 * Explores an environment from its start. This function stands on its own, without anything from outside of it, because a
 * page hands its text to a worker that has nothing else.
 * @throws Error that names the function, the state and what to do
 */
export function exploreStates(given: StateGraphDefinition, maxStates: number): StateGraph {
  const wrong = (problem: string) => new Error(problem);
  const needed = { actions: 'object', allowed: 'function', next: 'function', isEnd: 'function', reward: 'function' };
  if (typeof given !== 'object' || given === null) {
    throw wrong(
      'The program returns no environment. End it with return { start, actions, allowed, next, isEnd, reward }.',
    );
  }
  if (!('start' in given)) throw wrong('The environment has no start: give its first state.');
  for (const [name, kind] of Object.entries(needed)) {
    if (typeof (given as unknown as Record<string, unknown>)[name] === kind) continue;
    throw wrong(`The environment has no ${name}: give ${kind === 'function' ? 'a function' : 'a list of names'}.`);
  }
  // Which states there are is known by what is asked here alone.
  const definition = given as unknown as {
    readonly start: unknown;
    readonly actions: readonly unknown[];
    allowed(state: unknown, action: number): unknown;
    next(state: unknown, action: number): unknown;
    isEnd(state: unknown): unknown;
    reward(state: unknown): unknown;
    observe?(state: unknown): readonly number[];
    text?(state: unknown): unknown;
  };
  const actions = [...definition.actions].map(String);
  if (actions.length === 0) throw wrong('The environment has no actions: name at least one.');
  const keyOf = (state: unknown, by: string): string => {
    const key = JSON.stringify(state);
    if (key === undefined) throw wrong(`${by} gives no state. Is there a return missing?`);
    return key;
  };
  const truth = (answer: unknown, by: string): boolean => {
    if (typeof answer === 'boolean') return answer;
    throw wrong(`${by} gives ${JSON.stringify(answer) ?? 'nothing'}: it has to be true or false.`);
  };

  const numbers = new Map<string, number>();
  const found: { readonly key: string; isEnd: boolean; children: number[] }[] = [];
  const numberOf = (state: unknown, by: string): number => {
    const key = keyOf(state, by);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    if (found.length === maxStates) {
      throw wrong(`There are more than ${maxStates} states, the most that are listed here. Make it smaller.`);
    }
    numbers.set(key, found.length);
    found.push({ key, isEnd: false, children: [] });
    return found.length - 1;
  };
  numberOf(definition.start, 'start');
  for (let at = 0; at < found.length; at++) {
    const here = found[at];
    const value = (): unknown => JSON.parse(here.key);
    here.isEnd = truth(definition.isEnd(value()), `isEnd(${here.key})`);
    if (here.isEnd) continue;
    here.children = actions.map((_, action) => {
      if (!truth(definition.allowed(value(), action), `allowed(${here.key}, ${action})`)) return -1;
      return numberOf(definition.next(value(), action), `next(${here.key}, ${action})`);
    });
    if (here.children.every((child) => child < 0)) {
      throw wrong(`At ${here.key} nothing is allowed, and it is no end. Allow an action there, or make it an end.`);
    }
  }
  if (found[0].isEnd) throw wrong('The start is an end already: there is nothing to choose.');

  // In an order in which every state comes behind those that lead to it; where there is none, it goes round.
  const waiting = found.map(() => 0);
  for (const { children } of found) for (const child of children) if (child >= 0) waiting[child]++;
  const order = waiting[0] === 0 ? [0] : [];
  for (let i = 0; i < order.length; i++) {
    for (const child of found[order[i]].children) if (child >= 0 && --waiting[child] === 0) order.push(child);
  }
  if (order.length < found.length) {
    const around = found.find((_, i) => !order.includes(i));
    throw wrong(`One can come back to ${around?.key}. Every action has to lead on: count the steps in the state.`);
  }
  const place = found.map(() => 0);
  for (const [i, number] of order.entries()) place[number] = i;

  const texts = new Set<string>();
  let inputs = definition.observe ? -1 : 0;
  const states = order.map((number): GraphState => {
    const { key, isEnd, children } = found[number];
    const value = (): unknown => JSON.parse(key);
    let reward: number | null = null;
    if (isEnd) {
      const worth = definition.reward(value());
      if (typeof worth !== 'number' || !Number.isFinite(worth) || worth < 0) {
        throw wrong(`reward(${key}) is ${String(worth)}: it has to be a number of at least 0.`);
      }
      reward = worth;
    }
    const seen = definition.observe ? [...definition.observe(value())].map(Number) : [];
    if (inputs < 0) inputs = seen.length;
    if (seen.length !== inputs || seen.some((number) => !Number.isFinite(number))) {
      throw wrong(`observe(${key}) has to give ${inputs} finite numbers, as it does at the start.`);
    }
    // What looks alike is told apart by a number.
    const words = String(definition.text ? definition.text(value()) : key);
    let text = words;
    for (let n = 2; texts.has(text); n++) text = `${words} (${n})`;
    texts.add(text);
    return [text, reward, children.map((child) => (child < 0 ? -1 : place[child])), seen];
  });
  if (!states.some(([, reward]) => reward !== null && reward > 0)) {
    throw wrong('No end is worth more than 0: there is nothing to be learnt.');
  }
  return { actions, inputs, states };
}
