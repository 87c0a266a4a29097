import { rowReward } from '../../environment/row-environment/index.ts';
import { local, repeat } from '../../rows/index.ts';
import { typedLogRewards } from '../expression/typed-reward.ts';
import { defineProblem } from '../problem.ts';
import { bitSequence } from './environment.ts';
import { bitSequenceProblem, typedBits } from './options.ts';
import { bitSequenceModes, bitSequenceReward } from './reward.ts';
import type { BitSequenceSize } from './size.ts';

export const problem = defineProblem(bitSequenceProblem, {
  environment: ({ length, wordSize }) => bitSequence({ length, wordSize }),
  make({ length, wordSize, modes, beta, reward, expression = '' }) {
    const size = { length, wordSize };
    if (reward === 'expression') return { environment: bitSequence(size), reward: typedReward(size, expression) };
    const drawn = bitSequenceModes({ length, count: modes });
    return { environment: bitSequence(size), reward: bitSequenceReward({ ...size, modes: drawn, beta }) };
  },
  actionText({ options }, action, child) {
    const wordSize = Number(options.wordSize);
    const place = Math.floor(action / 2 ** wordSize);
    const word = child[place].toString(2).padStart(wordSize, '0');
    return wordSize === 1 ? `bit ${place + 1} is ${word}` : `bits from ${place * wordSize + 1} on are ${word}`;
  },
});

function typedReward(size: BitSequenceSize, expression: string) {
  const { length, wordSize } = size;
  return rowReward({
    name: 'expression',
    of: bitSequence(size),
    tables: { logRewards: typedLogRewards(expression, typedBits(length)) },
    logReward({ words }, { logRewards }) {
      const index = local(0);
      repeat(length / wordSize, (p) =>
        index.set(
          index
            .get()
            .multiply(2 ** wordSize)
            .add(words.at(p)),
        ),
      );
      return logRewards.at(index.get());
    },
  });
}
