import { describe, expect, test } from 'vitest';
import * as rows from '../../src/rows/index.ts';

const place = { owner: 'rucksack', name: 'step' };
const buffers = { packed: rows.updates('i32', 4), worth: rows.reads('f32', 4), y: rows.writes('f32') };

/** Records a program over these buffers that is refused. */
const refused = (body: Parameters<typeof rows.record<{ buffers: typeof buffers }>>[2]) =>
  expect(() => rows.record(place, { buffers }, body));

describe('unrecordable code is refused with owner, program and formula', () => {
  test('arithmetic and comparisons by JavaScript', () => {
    refused(({ packed }) => rows.int((packed.at(1) as unknown as number) + 1)).toThrow(
      /^rucksack, step: packed\[1\] was used as a plain value, .* Use its methods/,
    );
    refused(({ packed }) => rows.bool((packed.at(1).add(2) as unknown as number) < 1)).toThrow(
      /\(packed\[1\] \+ 2\) was used as a plain value/,
    );
    refused(({ packed }) => void `${packed.at(0)}`).toThrow(/packed\[0\] was used as a plain value/);
  });

  test('a condition for a JavaScript if', () => {
    refused(({ packed }) => {
      if (packed.at(0).equal(1)) packed.set(1, 1);
    }).toThrow(/\(packed\[0\] == 1\) was made and then not used\. If it went into an if, .* use when, select/);
    refused(({ packed }) => {
      const isPacked = packed.at(0).equal(1);
      // The same once more, which is used, does not hide it.
      rows.when(packed.at(0).equal(1), () => packed.set(2, 1));
      packed.set(1, isPacked ? 1 : 0);
    }).toThrow(/\(packed\[0\] == 1\) was made and then not used/);
    refused(({ packed }) => {
      packed.set(1, (packed.at(0) as unknown) === 1 ? 1 : 0);
    }).toThrow(/packed\[0\] was made and then not used/);
  });

  test('an index that is always outside', () => {
    refused(({ packed }) => packed.set(4, 1)).toThrow(/packed has 4 numbers, at indices 0 to 3; index 4 is outside/);
    refused(({ packed }) => packed.at(-1)).toThrow(/index -1 is outside/);
    refused(({ y }) => y.set(1, 1)).toThrow(/y has one number, at index 0; index 1 is outside/);
    refused(({ packed }) => rows.repeat(4, (i) => packed.set(i.add(4), 0))).toThrow(
      /index \(i \+ 4\), which is 4 to 7, is outside/,
    );
    refused(() => rows.table('scores', Float32Array.of(1, 2)).at(2)).toThrow(/scores has 2 numbers/);
  });

  test('a loop without bound, or with one that is no number of times', () => {
    refused(({ packed }) => rows.repeat(packed.at(0) as unknown as number, () => {})).toThrow(
      /repeat runs packed\[0\] times, of which no bound is known\. Write repeat\(\{ times, max \}/,
    );
    refused(() => rows.repeat(-1, () => {})).toThrow(/repeat runs at most -1 times/);
    refused(() => rows.repeat(1.5, () => {})).toThrow(/1\.5/);
    refused(() => rows.repeat(Number.POSITIVE_INFINITY, () => {})).toThrow(/Infinity/);
    refused(({ packed }) => rows.repeat(2 ** 20, (i) => rows.repeat(2 ** 20, (j) => packed.set(0, i.add(j))))).toThrow(
      /repeat and the loops that it is in run up to 1048576 \* 1048576 times; it has to be at most 268435456/,
    );
  });

  test('statements nested deeper than GPU compilers allow', () => {
    const nested = (depth: number, run: () => void): void =>
      depth === 0 ? run() : rows.repeat(1, () => nested(depth - 1, run));
    refused(({ packed }) => nested(51, () => packed.set(0, 1))).toThrow(/nested more than 50 deep/);
    rows.record(place, { buffers }, ({ packed }) => nested(50, () => packed.set(0, 1)));
  });

  test('an error for which JavaScript names neither object nor function', () => {
    refused(({ packed }) => (packed as unknown as { none: typeof packed }).none.set(0, 1)).toThrow(
      /^rucksack, step: Cannot read properties of undefined/,
    );
  });

  test('a table of another type', () => {
    for (const numbers of [[1, 2], Uint8Array.of(1, 2), undefined]) {
      expect(() => rows.table('scores', numbers as never)).toThrow(
        /The table scores has to be an Int32Array, a Float32Array/,
      );
    }
  });

  test('a JavaScript loop that never ends', () => {
    refused(({ packed }) => {
      while (true) packed.set(0, 1);
    }).toThrow(/more than 20000 statements/);
  });

  test('a host value that changes between recordings', () => {
    let calls = 0;
    refused(({ packed }) => {
      packed.set(0, calls++);
    }).toThrow(/recorded twice and did not do the same/);
    let other = 0.5;
    refused(() => {
      other += 1;
      return rows.float(other);
    }).toThrow(/recorded twice/);
  });

  test('numbers that the type does not have, and other types', () => {
    refused(({ packed }) => packed.at(0).add(0.5)).toThrow(/add takes an Int or a whole number of int32, not 0\.5/);
    refused(({ packed }) => packed.at(0).add(2 ** 31)).toThrow(/2147483648/);
    refused(({ y }) => y.set(0, Number.NaN)).toThrow(/y\.set takes a Float or a finite number, not NaN/);
    refused(({ y }) => y.set(0, 1e39)).toThrow(/1e\+39/);
    refused(({ packed, worth }) => packed.at(0).add(worth.at(0) as unknown as number)).toThrow(
      /add takes an Int; worth\[0\] is a Float\. Convert it with toFloat or toInt/,
    );
    refused(({ packed }) => rows.select(packed.at(0) as unknown as boolean, 1, 0)).toThrow(
      /select takes a Bool; packed\[0\] is an Int\. Compare, or use select/,
    );
  });

  test('a value of an ended block, or of another recording', () => {
    let kept: rows.Int | undefined;
    refused(({ packed }) => {
      rows.when(packed.at(0).equal(1), () => {
        kept = packed.at(1).add(1);
      });
      packed.set(0, kept as rows.Int);
    }).toThrow(/packed\.set uses \(packed\[1\] \+ 1\), which was made inside of a when, repeat or sum that has ended/);
    refused(({ packed }) => packed.set(0, kept as rows.Int)).toThrow(/which belongs to another recording/);
  });

  test('reading what can only be written, writing what can only be read', () => {
    refused(({ y }) => y.at(0)).toThrow(/y is read, but it is declared to be only written/);
    refused(({ worth }) => worth.set(0, 1)).toThrow(/worth is written, but it is declared to be only read/);
  });

  test('a result that is no expression', () => {
    refused(() => 1 as unknown as rows.Int).toThrow(/it returned 1; a program returns an Int, a Float, a Bool/);
  });

  test('an operation that exists only within a program', () => {
    expect(() => rows.local(0)).toThrow(/local was called outside of a row program/);
    expect(() => rows.sum(3, (i) => i)).toThrow(/sum was called outside/);
  });

  test('a number that is not finite', () => {
    refused(() => rows.float(1).divide(0)).toThrow(/\(1 \/ 0\) is Infinity\. Devices rely on finite numbers/);
    refused(() => rows.float(3e38).multiply(2)).toThrow(/\(3e\+38 \* 2\) is 6e\+38\. Devices/);
  });
});

describe('programs on the host', () => {
  const run = (body: () => rows.Int | rows.Float | rows.Bool) =>
    rows.writeClosures(rows.record({ owner: 'test', name: 'result' }, { buffers: {} }, body))([]);

  test('known values are computed once, when recorded', () => {
    const program = rows.record(place, { buffers }, ({ packed }) => {
      const twice = rows.int(2).multiply(3).add(1);
      packed.set(0, twice);
    });
    expect(program.body.map(({ kind }) => kind)).toEqual(['let', 'write']);
  });

  test('a read gives the value at that moment', () => {
    const program = rows.record(place, { buffers }, ({ packed }) => {
      const before = packed.at(0);
      packed.set(0, before.add(1));
      packed.set(1, before);
      packed.set(2, packed.at(0));
    });
    const packed = Int32Array.of(5, 0, 0, 0);
    rows.writeClosures(program)([packed, new Float32Array(4), new Float32Array(1)]);
    expect(Array.from(packed)).toEqual([6, 5, 6, 0]);
  });

  test('each row has its own numbers, and other rows can be read', () => {
    const program = rows.record(
      { owner: 'test', name: 'rows' },
      { buffers: { from: rows.reads('i32', 2), at: rows.reads('i32'), to: rows.writes('i32', 2) } },
      ({ from, at, to }, n) => {
        to.set(0, from.at(1).multiply(10).add(n));
        to.set(1, from.of(at.at(0)).at(0));
      },
    );
    const to = new Int32Array(6);
    const run = rows.writeClosures(program);
    // The last of them, 9, is no row: the last one is taken.
    for (let n = 0; n < 3; n++) run([Int32Array.of(1, 2, 3, 4, 5, 6), Int32Array.of(2, 0, 9), to], n);
    expect(Array.from(to)).toEqual([20, 5, 41, 1, 62, 5]);
  });

  test('locals, loops and decisions', () => {
    const collatz = rows.record(
      { owner: 'collatz', name: 'steps' },
      { buffers: {}, parameters: { start: { min: 1, max: 1000 } } },
      (_, __, { start }) => {
        const value = rows.local(start);
        const steps = rows.local(0);
        rows.repeat(200, () => {
          const now = value.get();
          rows.when(now.greater(1), () => {
            value.set(rows.select(now.remainder(2).equal(0), now.divide(2), now.multiply(3).add(1)));
            steps.set(steps.get().add(1));
          });
        });
        return steps.get();
      },
    );
    const run = rows.writeClosures(collatz);
    expect([1, 2, 3, 27, 97].map((start) => run([], 0, start))).toEqual([0, 1, 7, 111, 118]);
  });

  test('sums, any, all and count, of no turns too', () => {
    expect(run(() => rows.sum(5, (i) => i.multiply(i)))).toBe(30);
    expect(run(() => rows.sum(3, (i) => i.toFloat().multiply(0.5)))).toBe(1.5);
    expect(run(() => rows.count(7, (i) => i.remainder(2).equal(0)))).toBe(4);
    expect(run(() => rows.any(3, (i) => i.equal(2)))).toBe(1);
    expect(run(() => rows.any(3, (i) => i.equal(3)))).toBe(0);
    expect(run(() => rows.all(3, (i) => i.less(3)))).toBe(1);
    expect(run(() => rows.all(3, (i) => i.less(2)))).toBe(0);
    expect(run(() => rows.all(0, (i) => i.less(0)))).toBe(1);
    expect(run(() => rows.sum(0, (i) => i))).toBe(0);
  });

  test('loop counts from programs stay between 0 and their maximum', () => {
    const program = rows.record(
      { owner: 'test', name: 'times' },
      { buffers: {}, parameters: { times: { min: -5, max: 100 } } },
      (_, __, { times }) => rows.sum({ times, max: 10 }, () => rows.int(1)),
    );
    const run = rows.writeClosures(program);
    expect([-5, 0, 3, 10, 11, 100].map((times) => run([], 0, times))).toEqual([0, 0, 3, 10, 10, 10]);
  });

  test('cells of a row begin as zeros, in every turn', () => {
    expect(
      run(() =>
        rows.sum(3, () => {
          const tried = rows.scratch(2);
          tried.set(1, tried.at(1).add(1));
          return tried.at(1);
        }),
      ),
    ).toBe(3);
  });

  test('an index that may lie outside is clamped, and checked on request', () => {
    const program = rows.record(
      { owner: 'rucksack', name: 'allowed' },
      { buffers: { packed: rows.reads('i32', 3) }, parameters: { item: { min: -10, max: 10 } } },
      ({ packed }, _, { item }) => packed.at(item.add(1)),
    );
    const run = rows.writeClosures(program);
    expect([-10, -1, 0, 1, 10].map((item) => run([Int32Array.of(7, 8, 9)], 0, item))).toEqual([7, 7, 8, 9, 9]);
    const checked = rows.writeClosures(program, { checked: true });
    expect(checked([Int32Array.of(7, 8, 9)], 0, 1)).toBe(9);
    expect(() => checked([Int32Array.of(7, 8, 9)], 0, 2)).toThrow(
      /^rucksack, allowed: packed has 3 numbers; index .* is 3, which is outside/,
    );
  });

  test('tables', () => {
    const squares = rows.table('squares', Int32Array.of(0, 1, 4, 9));
    const halves = rows.table('halves', Float32Array.of(0, 0.5));
    expect(run(() => rows.sum(4, (i) => squares.at(i)))).toBe(14);
    expect(run(() => squares.at(rows.int(3)).toFloat().add(halves.at(1)))).toBe(9.5);
  });
});
