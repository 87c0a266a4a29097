import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LeafOption, problemOf, unflatten, type Value } from '../../src/options/index.ts';
import { AddressError, configOfAddress, formatAddress, parseAddress } from '../../src/page/address.ts';
import { pageCatalogue } from '../../src/page/catalogue.ts';
import { defaultConfig } from '../../src/page/default-config.ts';
import { pageLimits } from '../../src/page/limits.ts';
import { pageConfig } from '../../src/page/page-config.ts';
import { settingsOf } from '../../src/run/named-settings.ts';
import { completeConfig, type RunConfig } from '../../src/run/run-config.ts';

const pairs = pageCatalogue.problems.flatMap((problem) =>
  pageCatalogue.objectives.map((objective) => ({ problem, objective })),
);

function optionValue(option: LeafOption): fc.Arbitrary<Value> | undefined {
  switch (option.kind) {
    case 'flag':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...option.choices);
    case 'integer':
      return fc.integer({ min: option.min, max: Math.min(option.max, option.min + 15) });
    case 'integers':
      return fc.array(fc.integer({ min: option.min, max: 64 }), { minLength: 1, maxLength: 3 });
    case 'number':
      return fc
        .double({ min: option.min ?? option.aboveMin ?? 0, max: option.max ?? option.belowMax ?? 1, noNaN: true })
        .map((value) => (problemOf(option, value) === undefined ? value + 0 : option.default));
    default:
      return undefined;
  }
}

/** Values of some settings of a pair, by path. */
const valuesOf = ({ problem, objective }: (typeof pairs)[number]) =>
  fc.record(
    Object.fromEntries(
      settingsOf(problem, objective).flatMap(({ path, option }) => {
        const value = optionValue(option);
        return value === undefined || ['checkpointEvery', 'steps', 'fusedMultiplyAdd'].includes(path)
          ? []
          : [[path, value]];
      }),
    ),
    { requiredKeys: [] },
  );

/** Configurations that a page takes: those drawn that are too large or don't go together are left out. */
const configs: fc.Arbitrary<RunConfig> = fc
  .constantFrom(...pairs)
  .chain((pair) =>
    fc.record({
      preset: fc.constant(defaultConfig(pair.problem.name, pair.objective.name)),
      values: valuesOf(pair),
      steps: fc.integer({ min: 1, max: pageLimits.steps }),
    }),
  )
  .map(({ preset, values, steps }) => completeConfig(pageCatalogue, preset, { steps }, unflatten(values)))
  .map((config) => {
    const { side } = config.problemOptions;
    const { reward } = config.problemOptions;
    if (reward === 'expression') {
      const expression = `1 + (x1 > ${config.seed % 7}) * side^-1 / 1e2`;
      return { ...config, problemOptions: { ...config.problemOptions, expression } };
    }
    if (reward !== 'painted') return config;
    const painting = Array.from({ length: Number(side) ** 2 }, (_, cell) => (cell * config.seed) % 10).join('');
    return { ...config, problemOptions: { ...config.problemOptions, dimension: 2, painting } };
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
      problemOptions: { ...preset.problemOptions, side: 8 },
      objectiveOptions: { ...preset.objectiveOptions, logPartitionLearningRate: 0.05 },
    };
    expect(formatAddress(config)).toBe('objective=tb&side=8&log-partition-learning-rate=0.05&seed=3');
  });

  test('is read back as the configuration that it was made of', () => {
    fc.assert(
      fc.property(configs, (config) => {
        const address = formatAddress(config);
        expect(parseAddress(`#${address}`)).toEqual(config);
        // Only what an address may hold unescaped, and no markup.
        expect(address).toMatch(/^[\w.%&=*+-]*$/);
      }),
    );
  });

  test('says what is on and off, and of a group that is turned on what is not its default', () => {
    const preset = defaultConfig('hypergrid', 'tb');
    const replaying = completeConfig(pageCatalogue, preset, { trainingOptions: { replay: { capacity: 7 } } });
    expect(formatAddress(replaying)).toBe('objective=tb&replay=on&replay-capacity=7');
    expect(parseAddress('objective=tb&replay-capacity=7&replay=on')).toEqual(replaying);
    const clipped = completeConfig(pageCatalogue, preset, { trainingOptions: { optimizer: { clipNorm: 2 } } });
    expect(formatAddress(clipped)).toBe('objective=tb&optimizer-clip-norm=2');
    expect(parseAddress('objective=tb&evaluate-every=off').evaluateEvery).toBeUndefined();
  });

  test('may have a painting and an expression beside another reward, where they have no effect', () => {
    const { problemOptions } = parseAddress('painting=012&expression=2x');
    expect(problemOptions).toMatchObject({ reward: 'easy', painting: '012', expression: '2x' });
  });
});

describe('an address that is none', () => {
  test.each([
    ['problem=chess', 'no problem "chess"'],
    ['problem=tfbind8', 'no problem "tfbind8"'],
    ['problem=__proto__', 'no problem "__proto__"'],
    ['objective=constructor', 'no objective "constructor"'],
    ['colour=red', 'unknown part "colour"'],
    ['__proto__=1', 'unknown part "__proto__"'],
    ['toString=1', 'unknown part "toString"'],
    ['data=/etc/passwd', 'unknown part "data"'],
    ['seed=1&seed=2', '"seed" twice'],
    ['problem=hypergrid&problem=hypergrid', '"problem" twice'],
    ['seed=-1', 'seed'],
    ['seed=1.5', 'seed'],
    ['seed=4294967296', 'seed'],
    ['seed=0x10', 'seed cannot be "0x10"'],
    ['seed= 1', 'seed cannot be " 1"'],
    ['replay=yes', 'replay cannot be "yes"'],
    ['seed=off', 'seed cannot be "off"'],
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
    ['dimension=53&side=100', 'at most 262144 states'],
    ['dimension=2&side=16777216', 'at most 262144 states'],
    ['policy-updates=1024', 'at most 16 as policyUpdates'],
    ['value-epochs=16&value-chunks=16', 'at most 64 updates of the value network'],
    ['keep-best=1000000', 'at most 100000 objects as keepBest'],
    ['problem=bit-sequence&length=1024&word-size=16', 'at most 262144 states'],
    // What does not go together.
    ['problem=bit-sequence&length=16&word-size=5', 'cannot be cut into words'],
    ['reward=painted', 'The option painting is missing'],
    ['reward=painted&painting=012', 'the painting has 3'],
    ['reward=expression', 'The option expression is missing'],
    ['reward=expression&expression=2x', 'Column 2: a sign is missing'],
    [`seed=1&${'x'.repeat(8192)}`, 'characters long'],
  ])('is refused with the reason, and the default run taken instead: %s', (address, reason) => {
    expect(() => parseAddress(address)).toThrow(AddressError);
    const { config, problem } = configOfAddress(address);
    expect(problem).toContain(reason);
    expect(config).toEqual(defaultConfig());
  });

  test('gives a message of plain characters that quotes little of it', () => {
    const { problem = '' } = configOfAddress(`#seed=${encodeURIComponent('<img src=x onerror=alert(1)>\u202e\u0000')}`);
    expect(problem).toMatch(/^[\x20-\x7e]*$/);
    expect(configOfAddress(`#${'y'.repeat(3000)}=1`).problem?.length).toBeLessThan(200);
  });

  test('has one zero', () => {
    expect(parseAddress('seed=-0').seed).toBe(0);
  });

  test('whatever it is, is a configuration that a page takes or an AddressError', () => {
    const names = [
      'problem',
      'objective',
      'side',
      'dimension',
      'seed',
      'batch',
      'steps',
      'reward',
      'painting',
      'length',
    ];
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
