import { defineProblem } from '../problem.ts';
import { bitSequence } from './environment.ts';
import { bitSequenceProblem } from './options.ts';
import { bitSequenceModes, bitSequenceReward } from './reward.ts';

export const problem = defineProblem(bitSequenceProblem, {
  environment: ({ length, wordSize }) => bitSequence({ length, wordSize }),
  make({ length, wordSize, modes, beta }) {
    const size = { length, wordSize };
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
