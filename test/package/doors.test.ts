import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { entries } from '../../scripts/build/entries.mjs';

// Every name that an entry of the package exports. Whoever means to add or take one away runs this file with
// FLOWTAPE_DOORS=write and looks at what changed in doors.json.
const file = new URL('./doors.json', import.meta.url);
const isWriting = process.env.FLOWTAPE_DOORS === 'write';
const listed: Record<string, readonly string[]> = isWriting ? {} : JSON.parse(readFileSync(file, 'utf8'));

const modules: Readonly<Record<string, () => Promise<object>>> = {
  index: () => import('../../src/index.ts'),
  engine: () => import('../../src/engine.ts'),
  extend: () => import('../../src/extend.ts'),
  worker: () => import('../../src/worker.ts'),
  molecules: () => import('../../src/molecules.ts'),
  testing: () => import('../../src/testing.ts'),
  rows: () => import('../../src/row-language.ts'),
  node: () => import('../../src/node/index.ts'),
};

/** Types that the entry's source names; what it exports by `export *` comes with a list of its own. */
function typesNamed(path: string): string[] {
  const source = readFileSync(path, 'utf8');
  return [...source.matchAll(/export (type )?\{([^}]*)\}/g)].flatMap(([, all, names]) =>
    names
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '' && (all !== undefined || name.startsWith('type ')))
      .map(
        (name) =>
          `type ${name
            .replace(/^type /, '')
            .split(' as ')
            .at(-1)}`,
      ),
  );
}

describe('what an entry exports is what its list says:', () => {
  test.each(Object.entries(entries))('%s', async (entry, path) => {
    const values = Object.keys(await modules[entry]());
    const found = [...values, ...typesNamed(path)].sort();
    if (isWriting) {
      Object.assign(listed, { [entry]: found });
      writeFileSync(file, `${JSON.stringify(listed, null, 2)}\n`);
    }
    expect(found).toEqual(listed[entry]);
  });

  test('and users of samplers have to look through few names', () => {
    expect(listed.index.filter((name) => !name.startsWith('type ')).length).toBeLessThanOrEqual(51);
  });
});
