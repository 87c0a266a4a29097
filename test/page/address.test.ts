import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AddressError, configOfAddress, formatAddress, parseAddress } from '../../src/page/address.ts';
import { pageCatalogue } from '../../src/page/catalogue.ts';
import { defaultConfig } from '../../src/page/default-config.ts';
import { pageLimits } from '../../src/page/limits.ts';
import { pageConfig } from '../../src/page/page-config.ts';
import type { ProblemOption } from '../../src/problems/listed-options.ts';
import type { ObjectiveOption } from '../../src/run/option-list.ts';
import type { RunConfig } from '../../src/run/run-config.ts';

const pairs = pageCatalogue.problems.flatMap((problem) =>
  pageCatalogue.objectives.map((objective) => ({ problem, objective })),
);

function optionValue(option: ObjectiveOption | ProblemOption): fc.Arbitrary<unknown> {
  switch (option.kind) {
    case 'flag':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...option.choices);
    case 'integer':
      return fc.integer({ min: option.min, max: Math.min(option.max, option.min + 15) });
    case 'number':
      return fc
        .double({ min: option.min, max: option.max, noNaN: true })
        .map((value) => ('aboveMin' in option && value === option.min ? option.default : value + 0));
    default:
      return fc.constant(undefined);
  }
}

const valuesOf = (options: readonly (ObjectiveOption | ProblemOption)[]) =>
  fc.record(Object.fromEntries(options.map((option) => [option.name, optionValue(option)])), { requiredKeys: [] });

/** Configurations that a page takes: those drawn that are too large or don't go together are left out. */
const configs: fc.Arbitrary<RunConfig> = fc
  .constantFrom(...pairs)
  .chain(({ problem, objective }) =>
    fc.record({
      preset: fc.constant(defaultConfig(problem.name, objective.name)),
      environmentOptions: valuesOf(problem.options),
      objectiveOptions: valuesOf(objective.options),
      trainingOptions: valuesOf(pageCatalogue.trainingSettings),
      device: fc.constantFrom('auto' as const, 'webgpu' as const, 'cpu' as const),
      seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      steps: fc.integer({ min: 1, max: pageLimits.steps }),
      batch: fc.integer({ min: 1, max: 64 }),
      evaluateEvery: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    }),
  )
  .map(({ preset, environmentOptions, objectiveOptions, trainingOptions, ...rest }) => {
    const given = (options: Record<string, unknown>) =>
      Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    return {
      ...preset,
      ...rest,
      environmentOptions: { ...preset.environmentOptions, ...given(environmentOptions) },
      objectiveOptions: { ...preset.objectiveOptions, ...given(objectiveOptions) },
      trainingOptions: { ...preset.trainingOptions, ...given(trainingOptions) },
    } as RunConfig;
  })
  .map((config) => {
    const { side } = config.environmentOptions;
    if (config.environmentOptions.reward !== 'painted') return config;
    const painting = Array.from({ length: Number(side) ** 2 }, (_, cell) => (cell * config.seed) % 10).join('');
    return { ...config, environmentOptions: { ...config.environmentOptions, dim: 2, painting } };
  })
  .filter((config) => {
    try {
      pageConfig(config);
      return true;
    } catch {
      return false;
    }
  });

describe('an address', () => {
  test('is empty for the default run', () => {
    expect(formatAddress(defaultConfig())).toBe('');
    expect(parseAddress('')).toEqual(defaultConfig());
    expect(parseAddress('#')).toEqual(defaultConfig());
  });

  test('has what differs, under the names of the command line', () => {
    const preset = defaultConfig('hypergrid', 'tb');
    const config = {
      ...preset,
      seed: 3,
      environmentOptions: { ...preset.environmentOptions, side: 8 },
      objectiveOptions: { ...preset.objectiveOptions, logPartitionLearningRate: 0.05 },
    };
    expect(formatAddress(config)).toBe('objective=tb&seed=3&side=8&log-partition-learning-rate=0.05');
  });

  test('is read back as the configuration that it was made of, whatever that is', () => {
    fc.assert(
      fc.property(configs, (config) => {
        const address = formatAddress(config);
        expect(parseAddress(`#${address}`)).toEqual(config);
        // Only what an address may hold unescaped, and no markup.
        expect(address).toMatch(/^[\w.%&=+-]*$/);
      }),
    );
  });

  test('has a name of its own for each setting', () => {
    for (const { problem, objective } of pairs) {
      const names = [
        ...['environment', 'objective', 'seed', 'steps', 'batch', 'evaluateEvery', 'device'],
        ...[...problem.options, ...objective.options, ...pageCatalogue.trainingSettings].map(({ name }) => name),
      ];
      expect(new Set(names).size, `${problem.name}, ${objective.name}`).toBe(names.length);
    }
  });
});

describe('an address that is none', () => {
  test.each([
    ['environment=chess', 'no environment "chess"'],
    ['environment=tfbind8', 'no environment "tfbind8"'],
    ['environment=__proto__', 'no environment "__proto__"'],
    ['objective=constructor', 'no objective "constructor"'],
    ['colour=red', 'unknown part "colour"'],
    ['__proto__=1', 'unknown part "__proto__"'],
    ['toString=1', 'unknown part "toString"'],
    ['data=/etc/passwd', 'unknown part "data"'],
    ['seed=1&seed=2', '"seed" twice'],
    ['environment=hypergrid&environment=hypergrid', '"environment" twice'],
    ['seed=-1', 'seed'],
    ['seed=1.5', 'seed'],
    ['seed=4294967296', 'seed'],
    ['seed=0x10', 'seed cannot be "0x10"'],
    ['seed= 1', 'seed cannot be " 1"'],
    ['seed=', 'seed cannot be ""'],
    ['seed=Infinity', 'seed cannot be "Infinity"'],
    ['seed=1e999', 'seed cannot be "1e999"'],
    ['device=tpu', 'device cannot be "tpu"'],
    ['side=1', 'side'],
    ['side=7.5', 'side'],
    ['reward=esay', 'reward'],
    ['learning-rate=0', 'learning-rate cannot be "0"'],
    ['learning-rate=fast', 'learning-rate cannot be "fast"'],
    ['frozen-targets=1', 'frozen-targets cannot be "1"'],
    ['lambda=constructor', 'lambda cannot be "constructor"'],
    // Too large for a page.
    ['steps=1000000000', 'at most 1000000 iterations'],
    ['batch=1000000', 'at most 4096 trajectories'],
    ['batch=4096', 'at most 32768 states passed'],
    ['dim=53&side=100', 'at most 262144 states'],
    ['dim=2&side=16777216', 'at most 262144 states'],
    ['policy-updates=1024', 'at most 16 as policyUpdates'],
    ['value-epochs=16&value-chunks=16', 'at most 64 updates of the value network'],
    ['keep-best=1000000', 'at most 100000 objects as keepBest'],
    ['environment=bit-sequence&length=1024&word-size=16', 'at most 262144 states'],
    // What does not go together.
    ['environment=bit-sequence&length=16&word-size=5', 'cannot be cut into words'],
    ['reward=painted', 'the painting has 0'],
    ['reward=painted&painting=012', 'the painting has 3'],
    ['painting=012', 'but the reward is easy'],
    [`seed=1&${'x'.repeat(8192)}`, 'characters long'],
  ])('is refused with the reason, and the default run taken instead: %s', (address, reason) => {
    expect(() => parseAddress(address)).toThrow(AddressError);
    const { config, problem } = configOfAddress(address);
    expect(problem).toContain(reason);
    expect(config).toEqual(defaultConfig());
  });

  test('gives a message of plain characters, and little of itself', () => {
    const { problem = '' } = configOfAddress(`#seed=${encodeURIComponent('<img src=x onerror=alert(1)>\u202e\u0000')}`);
    expect(problem).toMatch(/^[\x20-\x7e]*$/);
    expect(configOfAddress(`#${'y'.repeat(3000)}=1`).problem?.length).toBeLessThan(200);
  });

  test('has one zero', () => {
    expect(parseAddress('seed=-0').seed).toBe(0);
  });

  test('whatever it is, is a configuration that a page takes or an AddressError', () => {
    const names = ['environment', 'objective', 'side', 'dim', 'seed', 'batch', 'steps', 'reward', 'painting', 'length'];
    const part = fc.tuple(
      fc.oneof(fc.constantFrom(...names, '__proto__', 'policy-updates', 'device'), fc.string()),
      fc.oneof(
        fc.constantFrom('hypergrid', 'bit-sequence', 'tb', 'painted', '%', '%00', '1e308', '-0', 'NaN', 'valueOf'),
        fc.integer().map(String),
        fc.double().map(String),
        fc.string({ unit: 'binary' }),
      ),
    );
    const written = fc.array(part, { maxLength: 6 }).map((parts) => parts.map((pair) => pair.join('=')).join('&'));
    fc.assert(
      fc.property(fc.oneof(written, fc.string({ unit: 'binary', maxLength: 300 })), (address) => {
        let config: RunConfig;
        try {
          config = parseAddress(address);
        } catch (error) {
          expect(error).toBeInstanceOf(AddressError);
          return;
        }
        expect(pageConfig(config)).toEqual(config);
        expect(parseAddress(formatAddress(config))).toEqual(config);
      }),
      { numRuns: 1000 },
    );
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).seed).toBeUndefined();
  });
});
