import type { ActionGroup } from '../../src/environment/row-environment/actions.ts';
import {
  bits,
  cells,
  counter,
  type Fields,
  flag,
  insertBack,
  insertFront,
  integers,
  move,
  type RowEnvironment,
  rowEnvironment,
  set,
} from '../../src/environment/row-environment/index.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import { type Bool, count } from '../../src/rows/index.ts';

/** A state whose fields are made at random: of any kind. */
// biome-ignore lint/suspicious/noExplicitAny: the names and the kinds of fields are drawn
type State = any;
type Group = ActionGroup<State>;

/** A part of an environment that goes its own way: fields, groups, and the most actions it can take. */
interface Part {
  readonly fields: Fields;
  readonly groups: Readonly<Record<string, Group>>;
  readonly steps: number;
}

/** What is done wrong on purpose; each is refused when it is made, or found by conformance. */
export const faults = [
  'another from',
  'moves beyond the bounds',
  'shared numbers that both apply',
  'an undo that leads elsewhere',
  'a place that has changed',
  'a parent that no walk passes through',
  'no end',
] as const;
export type Fault = (typeof faults)[number];

/** An environment of one to three parts, drawn by a seed, which ends whenever it is closed; with a fault where one is given. */
export function randomRowEnvironment(seed: number, fault?: Fault): RowEnvironment {
  const random = randomFrom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const faulty = fault === undefined ? [] : faultyParts(fault, below);
  const makers = [packing, writing, grid, string, tree];
  const sound = Array.from({ length: 1 + below(3) }, (_, i) => makers[below(makers.length)](`${i}`, below));
  const parts = [...faulty, ...(fault === undefined ? sound : sound.slice(0, 1))];
  return rowEnvironment({
    name: `environment-${seed}`,
    state: { ...Object.assign({}, ...parts.map(({ fields }) => fields)), closed: flag() } as Fields,
    actions: {
      ...Object.assign({}, ...parts.map(({ groups }) => groups)),
      close: { changes: ({ closed }: State) => [set(closed, false, true)] },
    },
    isTerminal: ({ closed }: State) => (fault === 'no end' ? closed.and(false) : (closed as Bool)),
    maxSteps: parts.reduce((sum, { steps }) => sum + steps, 1),
    // The numbers of a tree have no bounds, and no one-hot block.
    observe: [
      'closed',
      ...parts.flatMap(({ fields }) => Object.keys(fields).filter((name) => !name.startsWith('node'))),
    ],
    enumeration: { maxStates: 600 },
  });
}

type Below = (limit: number) => number;

/** Things that are packed one by one, up to so many. */
function packing(name: string, below: Below): Part {
  const [length, most] = [2 + below(3), 1 + below(3)];
  const field = `packed${name}`;
  return {
    fields: { [field]: bits(length) },
    groups: {
      [`pack${name}`]: {
        count: length,
        allowed: (state: State, i) =>
          count(length, (j) => state[field].at(j))
            .less(most)
            .and(state[field].at(i).not()),
        changes: (state: State, i) => [set(state[field].at(i), false, true)],
      },
    },
    steps: Math.min(length, most),
  };
}

/** Places that are written to in any order, with words of which the first may be written twice, and a count of them. */
function writing(name: string, below: Below): Part {
  const [places, words] = [1 + below(3), 1 + below(3)];
  const [field, placed] = [`words${name}`, `placed${name}`];
  const empty = below(2) === 0 ? -1 : words;
  return {
    fields: {
      [field]: cells(places, { min: Math.min(empty, 0), max: Math.max(empty, words - 1), initial: empty }),
      [placed]: counter({ max: places }),
    },
    groups: {
      [`write${name}`]: {
        counts: [places, words],
        allowed: (state: State, p) => state[field].at(p).equal(empty),
        changes: (state: State, p, word) => [set(state[field].at(p), empty, word), move(state[placed], 1)],
      },
    },
    steps: places,
  };
}

/** Moves along axes, up or down, by one or two. */
function grid(name: string, below: Below): Part {
  const [axes, side, by] = [1 + below(2), 2 + below(3), 1 + below(2)];
  const isUp = below(2) === 0;
  const field = `position${name}`;
  return {
    fields: { [field]: cells(axes, { max: side, initial: isUp ? 0 : side }) },
    groups: {
      [`move${name}`]: {
        count: axes,
        allowed: (state: State, axis) =>
          isUp ? state[field].at(axis).lessEqual(side - by) : state[field].at(axis).greaterEqual(by),
        changes: (state: State, axis) => [move(state[field].at(axis), isUp ? by : -by)],
      },
    },
    steps: axes * Math.floor(side / by),
  };
}

/** A string that grows at one end or at both. */
function string(name: string, below: Below): Part {
  const [length, letters] = [1 + below(3), 1 + below(2)];
  const [field, placed] = [`letters${name}`, `length${name}`];
  const ends = below(3);
  const allowed = (state: State) => state[placed].less(length);
  const group = (insert: typeof insertBack): Group => ({
    count: letters,
    allowed,
    changes: (state: State, letter) => [insert(state[field], state[placed], letter)],
  });
  return {
    fields: {
      [field]: cells(length, { min: -1, max: letters - 1, initial: -1 }),
      [placed]: counter({ max: length }),
    },
    groups: {
      ...(ends !== 0 && { [`prepend${name}`]: group(insertFront) }),
      ...(ends !== 1 && { [`append${name}`]: group(insertBack) }),
    },
    steps: length,
  };
}

/** A walk down a binary tree, in free code: the child of node v is 2 v + 1 or 2 v + 2. */
function tree(name: string, below: Below): Part {
  const depth = 1 + below(2);
  const field = `node${name}`;
  const tells = below(2) === 0;
  return {
    fields: { [field]: integers(1) },
    groups: {
      [`down${name}`]: {
        count: 2,
        // Above the root there are numbers too: -1 would be a parent of 0.
        allowed: (state: State) =>
          state[field]
            .at(0)
            .less(2 ** depth - 1)
            .and(state[field].at(0).greaterEqual(0)),
        step: (state: State, side) => state[field].set(0, state[field].at(0).multiply(2).add(side).add(1)),
        undo: (state: State, side) => state[field].set(0, state[field].at(0).subtract(side).subtract(1).divide(2)),
        ...(tells && {
          undoable: (state: State, side) => {
            const node = state[field].at(0);
            return node.greater(0).and(node.subtract(side).remainder(2).equal(1));
          },
        }),
      },
    },
    steps: depth,
  };
}

function faultyParts(fault: Fault, below: Below): Part[] {
  const by = 1 + below(2);
  switch (fault) {
    case 'another from':
      return [
        {
          fields: { wrong: cells(2, { max: 2 }) },
          groups: {
            up: {
              count: 2,
              allowed: ({ wrong }: State, i) => wrong.at(i).equal(0),
              changes: ({ wrong }: State, i) => [set(wrong.at(i), by === 1 ? 2 : 1, by)],
            },
          },
          steps: 2,
        },
      ];
    case 'moves beyond the bounds':
      return [
        {
          fields: { wrong: cells(1, { max: 2 }), steps: counter({ max: 9 }) },
          groups: {
            up: {
              count: 1,
              allowed: ({ steps }: State) => steps.less(3 + by),
              changes: ({ wrong, steps }: State, i) => [move(wrong.at(i), by), move(steps, 1)],
            },
          },
          steps: 3 + by,
        },
      ];
    case 'shared numbers that both apply':
      return [
        {
          fields: { left: bits(by), right: bits(by) },
          groups: {
            left: {
              count: by,
              allowed: ({ left }: State, i) => left.at(i).not(),
              changes: ({ left }: State, i) => [set(left.at(i), false, true)],
            },
            right: {
              count: by,
              allowed: ({ right }: State, i) => right.at(i).not(),
              changes: ({ right }: State, i) => [set(right.at(i), false, true)],
              sharesBackward: 'left',
            },
          },
          steps: 2 * by,
        },
      ];
    case 'an undo that leads elsewhere':
      return [
        {
          fields: { node: integers(1) },
          groups: {
            down: {
              count: 2,
              allowed: ({ node }: State) => node.at(0).less(3),
              step: ({ node }: State, side) => node.set(0, node.at(0).multiply(2).add(side).add(1)),
              undo: ({ node }: State, side) =>
                node.set(
                  0,
                  node
                    .at(0)
                    .subtract(side)
                    .divide(2 + by),
                ),
              ...(below(2) === 0 && { undoable: ({ node }: State) => node.at(0).greater(0) }),
            },
          },
          steps: 2,
        },
      ];
    case 'a place that has changed':
      return [
        {
          fields: { wrong: cells(3, { min: -1, max: 1, initial: -1 }), placed: counter({ max: 3 }) },
          groups: {
            write: {
              count: 2,
              allowed: ({ placed }: State) => placed.less(3),
              changes: ({ wrong, placed }: State, word) => [move(placed, 1), set(wrong.at(placed), -1, word)],
            },
          },
          steps: 3,
        },
      ];
    case 'a parent that no walk passes through':
      return [
        {
          fields: { wrong: bits(2 + by) },
          groups: {
            // One after the other, but for what is undone: any of them.
            pack: {
              count: 2 + by,
              allowed: ({ wrong }: State, i) =>
                wrong
                  .at(i)
                  .not()
                  .and(i.equal(0).or(wrong.at(i.subtract(1)))),
              changes: ({ wrong }: State, i) => [set(wrong.at(i), false, true)],
            },
          },
          steps: 2 + by,
        },
      ];
    case 'no end':
      return [];
  }
}
