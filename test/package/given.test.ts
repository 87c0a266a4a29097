import { expect, test } from 'vitest';
import { openTestCpuDevice } from '../setup/cpu.ts';

/** What a program without types may hand to a function. */
const slips: readonly (readonly unknown[])[] = [[], [undefined], [null], [5], ['x'], [{}], [[]]];

/** What engines say of a slip, in words that name neither the function nor its argument. */
const ofEngine =
  /Cannot (read properties|set properties|destructure|convert|mix)|is not (a function|iterable|a constructor|defined|an object)|Invalid (array|typed array) length|Reduce of empty|called on null|Object prototype may only|Array buffer allocation/;

const doors = {
  flowtape: () => import('../../src/index.ts'),
  'flowtape/engine': () => import('../../src/engine.ts'),
  'flowtape/extend': () => import('../../src/extend.ts'),
  'flowtape/molecules': () => import('../../src/molecules.ts'),
  'flowtape/node': () => import('../../src/node/index.ts'),
  'flowtape/rows': () => import('../../src/row-language.ts'),
  'flowtape/testing': () => import('../../src/testing.ts'),
  'flowtape/worker': () => import('../../src/worker.ts'),
};

/** They do all their work without an argument: a device or a chemistry package is opened, which its own tests do. */
const opens = /^open|^startNodeWorker$/;

test.each(Object.entries(doors))(
  'no function of %s answers a typing error with a message of the engine',
  async (_, load) => {
    const raw: string[] = [];
    for (const [name, exported] of Object.entries<unknown>(await load())) {
      if (typeof exported !== 'function' || /^class\b/.test(Function.prototype.toString.call(exported))) continue;
      for (const given of slips) {
        if (given[0] === undefined && opens.test(name)) continue;
        try {
          await exported(...given);
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          if (error instanceof TypeError || ofEngine.test(message)) {
            raw.push(`${name}(${given.map((each) => JSON.stringify(each) ?? 'undefined').join()}): ${message}`);
          }
        }
      }
    }
    expect(raw).toEqual([]);
  },
);

test('NaN, wrong types and other silent mistakes are refused by name too', async () => {
  const { createRun, train, rememberRatings, hypergrid, hypergridReward, trajectoryBalance } = await doors.flowtape();
  const { assertConformance } = await doors['flowtape/testing']();
  const { openNodeDevice } = await doors['flowtape/node']();
  const size = { dimension: 2, side: 4 };
  const environment = hypergrid(size);
  const reward = hypergridReward({ ...size, difficulty: 'easy' });
  const device = await openTestCpuDevice({ threads: 1 });
  const settings = { device, environment, reward, objective: trajectoryBalance(), steps: 2, batch: 4 };
  const options = { ...settings, network: { hidden: [4] } };
  const run = await createRun(options);
  const slip = (value: unknown) => value as never;
  for (const [going, message] of [
    [() => openNodeDevice('cpu', slip({ thread: 1 })), 'openNodeDevice: unknown option thread. Did you mean threads?'],
    [() => run.sample(1, slip({ sead: 1 })), 'sample: unknown option sead. Did you mean seed?'],
    [() => run.sample(1, slip({ seed: 'x' })), 'sample: seed must be an integer from 0 to 4294967295, not "x".'],
    [() => run.sample(1, { seed: -1.5 }), 'sample: seed must be an integer from 0 to 4294967295, not -1.5.'],
    [() => run.sample(1, slip(null)), 'sample: options must be an object of options, not null.'],
    [() => createRun({ ...options, debug: slip('yes') }), 'train: debug must be true or false, not "yes".'],
    [() => createRun({ ...options, adopt: slip({}) }), 'its step is undefined, not a whole number from 0.'],
    [() => createRun(slip({ ...options, from: null })), 'it is null, not an object as a snapshot has it.'],
    [
      () => createRun({ ...options, optimizer: slip(() => 5) }),
      'optimizer: transformation is 5; it must be a function.',
    ],
    [
      () => createRun(slip({ ...settings, environment: undefined, reward: undefined, problem: null })),
      '`problem` must',
    ],
    [() => train({ ...options, onProgress: slip('x') }), 'train: onProgress is "x"; it must be a function.'],
    [
      () => createRun({ ...options, environment: { ...environment, enumeration: slip({}) } }),
      'enumeration is an object',
    ],
    [
      () =>
        createRun({
          ...options,
          environment: { ...environment, enumeration: slip({ stateCount: 1, objectCount: 1 }) },
        }),
      'enumeration is an object; it must be all states by number (stateCount,',
    ],
    [
      () => createRun({ ...options, reward: { name: 'slow', prepare: slip(async () => {}) } }),
      'The reward slow has undefined for a rating; what prepare gives must be a function of objects',
    ],
    [() => assertConformance(environment, reward, slip({ walks: 3 })), 'checkEnvironment: unknown option walks.'],
    [() => rememberRatings(slip(undefined), 3), 'rememberRatings: rate is undefined; it must be a function.'],
  ] as const) {
    await expect((async () => going())()).rejects.toThrow(message);
  }
  await run.close();
  device.destroy();
});
