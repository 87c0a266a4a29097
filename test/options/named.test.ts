import { expect, test } from 'vitest';
import { findNamed } from '../../src/options/index.ts';

const entries = [{ name: 'hypergrid' }, { name: 'seh' }];

test('findNamed finds by name, and suggests the nearest', () => {
  expect(findNamed('problem', entries, 'seh')).toBe(entries[1]);
  expect(() => findNamed('problem', entries, 'hypergird')).toThrow(
    'There is no problem "hypergird". Did you mean hypergrid? Known: hypergrid, seh.',
  );
  expect(() => findNamed('problem', entries, 'toString')).toThrow('There is no problem "toString". Known: ');
});
