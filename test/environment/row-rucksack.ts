import { bits, flag, rowEnvironment, rowReward, set } from '../../src/environment/row-environment/index.ts';
import { select, sum } from '../../src/rows/index.ts';

export const items = [
  { name: 'rope', weight: 3, worth: 4 },
  { name: 'tent', weight: 5, worth: 6 },
  { name: 'map', weight: 1, worth: 3 },
];

export const rucksack = rowEnvironment({
  name: 'rucksack',
  state: { packed: bits(items.length), closed: flag() },
  actions: {
    pack: {
      count: items.length,
      allowed: ({ packed }, i) => packed.at(i).not(),
      changes: ({ packed }, i) => [set(packed.at(i), false, true)],
    },
    close: { changes: ({ closed }) => [set(closed, false, true)] },
  },
  isTerminal: ({ closed }) => closed,
  maxSteps: items.length + 1,
  observe: ['packed'],
  text: ({ packed }) => items.flatMap(({ name }, i) => (packed[i] ? [name] : [])).join(' '),
});

export const worth = rowReward({
  name: 'worth',
  of: rucksack,
  tables: {
    weights: Float32Array.from(items, ({ weight }) => weight),
    worths: Float32Array.from(items, ({ worth }) => worth),
  },
  logReward({ packed }, { weights, worths }) {
    const total = (table: typeof weights) => sum(items.length, (i) => packed.at(i).toFloat().multiply(table.at(i)));
    return select(total(weights).greater(8), -5, total(worths));
  },
});
