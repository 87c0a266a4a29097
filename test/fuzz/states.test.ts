import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Environment } from '../../src/environment/environment.ts';
import { bitSequence } from '../../src/problems/bit-sequence/environment.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { drugFragmentTrees } from '../../src/problems/molecules/environment.ts';
import { qm9Atoms } from '../../src/problems/qm9-atoms/environment.ts';
import { qm9String } from '../../src/problems/qm9-string/environment.ts';
import { tfbind8 } from '../../src/problems/tfbind8/environment.ts';
import { altered, long, parameters, readOrRefused } from './outside.ts';

const environments: readonly Environment[] = [
  hypergrid({ dimension: 3, side: 5 }),
  bitSequence({ length: 6, wordSize: 2 }),
  tfbind8(),
  qm9String(),
  drugFragmentTrees({ maxFragments: 4 }),
  qm9Atoms({ maxAtoms: 4, temperatures: true }),
  qm9Atoms({ maxAtoms: 4, temperatures: false }),
];

/** Texts of states along one walk that always takes the action in the middle of those allowed. */
function textsOf(environment: Environment): string[] {
  const state = new Int32Array(environment.stateSize);
  const mask = new Int32Array(environment.actionCount);
  environment.initial(state);
  const texts = [environment.text(state)];
  while (!environment.isTerminal(state)) {
    environment.forwardMask(state, mask);
    const allowed = [...mask.keys()].filter((action) => mask[action] !== 0);
    environment.step(state, allowed[allowed.length >> 1]);
    texts.push(environment.text(state));
  }
  return texts;
}

describe.each(environments.map((environment) => [JSON.stringify(environment.options), environment] as const))(
  "a state's text, with %s",
  (_, environment) => {
    const texts = textsOf(environment);
    const read = (text: string) => {
      const state = new Int32Array(environment.stateSize).fill(-7);
      const result = readOrRefused(() => environment.parse?.(text, state));
      return 'refused' in result ? { ...result, state } : { state };
    };

    test('that is altered is a state, or is refused', () => {
      const pieces = [
        '(',
        ')',
        '.',
        ',',
        '-',
        '{',
        '}',
        ' ',
        ';',
        '0',
        '1',
        '...',
        ' at level 1',
        ' (stopped)',
        '!',
        'C',
      ];
      const text = fc.oneof(fc.string(), ...texts.map((each) => altered(each, pieces)));
      fc.assert(
        fc.property(text, (each) => {
          const { state, ...result } = read(each);
          if ('refused' in result) return;
          // It can be walked from, back and on, and it says of itself what it was read from.
          const again = new Int32Array(environment.stateSize);
          environment.parse?.(environment.text(state), again);
          expect(again).toEqual(state);
          environment.forwardMask(state, new Int32Array(environment.actionCount));
          environment.backwardMask(state, new Int32Array(environment.backwardActionCount));
          environment.isTerminal(state);
        }),
        { ...parameters, numRuns: 500 },
      );
    });

    test('that is long is refused, in no more time than reading it takes', () => {
      const beginnings = ['', ...texts];
      for (const part of [' ', '-', '0', '(0, ', 'C{0:0 ', 'C ', '1-', ' at level 1', '.'] as const) {
        for (const beginning of beginnings.slice(0, 3)) {
          expect(read(`${beginning}${long(part)}x`)).toHaveProperty('refused');
        }
      }
    });
  },
);
