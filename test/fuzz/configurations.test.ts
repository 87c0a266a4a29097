import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/checkpoint/checkpoint-file.ts';
import { makeRunConfig } from '../../src/cli/make-run-config.ts';
import { catalogue } from '../../src/run/catalogue.ts';
import { parseRunConfig } from '../../src/run/run-config.ts';
import { smallState } from '../setup/states.ts';
import { alteredBytes, alteredJson, long, parameters, readOrRefused } from './outside.ts';

const configs = [
  makeRunConfig({ problem: 'hypergrid', given: new Map() }),
  makeRunConfig({ problem: 'qm9-atoms', objective: 'tb', given: new Map([['replay-kind', 'fifo']]) }),
];

describe('a configuration from outside', () => {
  test('is read as it is, or is refused', () => {
    for (const config of configs) {
      fc.assert(
        fc.property(alteredJson(config), (json) => {
          const read = readOrRefused(() => parseRunConfig(catalogue, json));
          // What was read can be read again, and is a run's and nothing else.
          if ('value' in read)
            expect(parseRunConfig(catalogue, JSON.parse(JSON.stringify(read.value)))).toEqual(read.value);
        }),
        { ...parameters, numRuns: 1000 },
      );
    }
  });

  test('of any JSON is refused', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(readOrRefused(() => parseRunConfig(catalogue, json))).toHaveProperty('refused');
      }),
      { ...parameters, numRuns: 300 },
    );
  });

  test('with a long name or a deep value is refused', () => {
    const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) as unknown;
    for (const odd of [long('x'), deep, { [long('y')]: 1 }]) {
      for (const name of ['problem', 'objective', 'device', 'problemOptions', 'objectiveOptions', 'seed', 'zz']) {
        expect(readOrRefused(() => parseRunConfig(catalogue, { ...configs[0], [name]: odd }))).toHaveProperty(
          'refused',
        );
      }
      const options = { ...configs[0].problemOptions, side: odd, reward: odd };
      expect(readOrRefused(() => parseRunConfig(catalogue, { ...configs[0], problemOptions: options }))).toHaveProperty(
        'refused',
      );
    }
  });
});

test('a checkpoint whose bytes are altered is refused, or is the same', () => {
  const checkpoint = {
    ...{ version: '1.0.0', config: { ...configs[0] }, trajectories: 96, metrics: { totalVariation: 0.5 } },
    state: smallState(3),
  };
  const bytes = encodeCheckpoint(checkpoint);
  const whole = decodeCheckpoint(bytes);
  fc.assert(
    fc.property(fc.oneof(alteredBytes(bytes), fc.uint8Array({ maxLength: 300 })), (some) => {
      const read = readOrRefused(() => decodeCheckpoint(some));
      if ('value' in read) expect(read.value).toEqual(whole);
    }),
    { ...parameters, numRuns: 1000 },
  );
});
