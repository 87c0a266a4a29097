import { exploreStates, type StateGraph } from './explore.ts';

/** The program that a visitor begins with. What it returns is `StateGraphDefinition`. */
export const templateProgram = `// A rucksack, packed in any order. Change it: what can be done, and what is worth how much.
const items = [
  { name: 'rope', weight: 3, worth: 4 },
  { name: 'tent', weight: 5, worth: 6 },
  { name: 'stove', weight: 2, worth: 3 },
  { name: 'map', weight: 1, worth: 3 },
  { name: 'lamp', weight: 2, worth: 2 },
];
const weight = (packed) => packed.reduce((sum, i) => sum + items[i].weight, 0);

return {
  // A state is any value: here the items that are packed, and whether the rucksack is closed.
  start: { packed: [], closed: false },
  actions: [...items.map(({ name }) => name), 'close'],
  allowed({ packed }, action) {
    if (action === items.length) return packed.length > 0;
    return !packed.includes(action) && weight([...packed, action]) <= 8;
  },
  // The state that an action leads to. Sorted: the order of packing makes no other rucksack.
  next({ packed }, action) {
    if (action === items.length) return { packed, closed: true };
    return { packed: [...packed, action].sort(), closed: false };
  },
  isEnd: ({ closed }) => closed,
  // It is made as often as its reward says, among all ends.
  reward: ({ packed }) => packed.reduce((sum, i) => sum + items[i].worth, 0) ** 2,
  // What the network sees: a number for each item.
  observe: ({ packed, closed }) => [...items.map((_, i) => (packed.includes(i) ? 1 : 0)), closed ? 1 : 0],
  text: ({ packed, closed }) => packed.map((i) => items[i].name).join(' ') + (closed ? '.' : ' …'),
};
`;

interface Rucksack {
  readonly packed: readonly number[];
  readonly closed: boolean;
}

/** What the template's program makes; it stands here once more because a page runs no program that nobody asked it to. */
export function templateGraph(): StateGraph {
  const items = ['rope', 'tent', 'stove', 'map', 'lamp'];
  const [weights, worths] = [
    [3, 5, 2, 1, 2],
    [4, 6, 3, 3, 2],
  ];
  const sum = (packed: readonly number[], of: readonly number[]) => packed.reduce((total, i) => total + of[i], 0);
  return exploreStates(
    {
      start: { packed: [], closed: false },
      actions: [...items, 'close'],
      allowed: ({ packed }: Rucksack, action) =>
        action === items.length
          ? packed.length > 0
          : !packed.includes(action) && sum([...packed, action], weights) <= 8,
      next: ({ packed }: Rucksack, action) =>
        action === items.length ? { packed, closed: true } : { packed: [...packed, action].sort(), closed: false },
      isEnd: ({ closed }: Rucksack) => closed,
      reward: ({ packed }: Rucksack) => sum(packed, worths) ** 2,
      observe: ({ packed, closed }: Rucksack) => [...items.map((_, i) => Number(packed.includes(i))), Number(closed)],
      text: ({ packed, closed }: Rucksack) => packed.map((i) => items[i]).join(' ') + (closed ? '.' : ' …'),
    },
    100,
  );
}
