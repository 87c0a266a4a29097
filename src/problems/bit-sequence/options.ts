import { choice, integer, number } from '../../options/index.ts';
import { describeProblem } from '../description.ts';
import { checkTyped, expressionOption } from '../expression/typed-reward.ts';
import { stringExpressions, typedStrings } from '../expression/typed-strings.ts';
import { smallRun } from '../small-runs.ts';
import { checkBitSequenceSize, MAX_BIT_SEQUENCE_LENGTH, MAX_BIT_SEQUENCE_WORD } from './size.ts';

/** Sequences of so many bits, as expressions see them. */
export const typedBits = (length: number) => typedStrings({ letters: '01', length, many: 'sequences' });

export const bitSequenceProblem = describeProblem({
  name: 'bit-sequence',
  title: 'Bit sequences',
  summary:
    'Sequences of bits written word by word in any order, rewarded by the distance to the nearest mode, or by an expression of yours.',
  sentence:
    'Here it writes a sequence of bits, word by word and in any order. Trained well, it writes each sequence as often as that sequence’s share of all the reward.',
  object: { one: 'sequence', many: 'sequences' },
  options: {
    length: integer(16, { min: 1, max: MAX_BIT_SEQUENCE_LENGTH, help: 'bits of a sequence; 120 in the literature' }),
    wordSize: integer(4, {
      min: 1,
      max: MAX_BIT_SEQUENCE_WORD,
      help: 'bits of a word, which divide the length; 8 in the literature',
    }),
    modes: integer(60, {
      ...{ min: 1, max: 1000, onlyIf: { reward: ['modes'] } },
      help: 'number of modes to draw, or all there are if fewer',
    }),
    beta: number(3, {
      ...{ min: 0, max: 1000, onlyIf: { reward: ['modes'] } },
      help: 'how fast the reward falls with the distance to a mode',
    }),
    reward: choice('modes', ['modes', 'expression'], { help: 'distance to modes, or a reward that is typed' }),
    expression: expressionOption(
      'reward',
      `the reward of a sequence of at most 16 bits, by ${stringExpressions.replaceAll('A', '0').replaceAll('B', '1')}`,
    ),
  },
  mainOptions: ['length', 'wordSize', 'modes', 'beta', 'reward', 'expression'],
  pageMax: { length: 32, wordSize: 8 },
  citations: ['N. Malkin et al., Trajectory Balance: Improved Credit Assignment in GFlowNets, NeurIPS 2022'],
  check({ length, wordSize, reward, expression }) {
    checkBitSequenceSize({ length, wordSize });
    checkTyped({ reward, expression }, () => typedBits(length));
  },
  defaults: () => smallRun(5000),
  size({ length, wordSize }) {
    const [places, words] = [length / wordSize, 2 ** wordSize];
    return { states: (words + 1) ** places, maxSteps: places, inputs: places * (words + 1), actions: places * words };
  },
  expression: {
    choice: 'reward',
    written: 'expression',
    otherwise: 'modes',
    text: 'expression',
    start: () => '0.01 + (count("01") + count("10") = 3) * longest("1")',
  },
});
