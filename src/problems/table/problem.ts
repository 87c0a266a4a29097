import { colourOfBase, logoPictures } from '../pictures/logo.ts';
import { defineProblem } from '../problem.ts';
import { sequences, tableReward } from './environment.ts';
import { tableProblem } from './options.ts';
import { parseScores } from './scores.ts';

export const problem = defineProblem(tableProblem, {
  async make({ build, form, beta, missing }, { file }) {
    const bytes = await file();
    if (!bytes) throw new Error('table needs a table of sequences and scores: give it with --table FILE.');
    const scored = parseScores(bytes, 'the table');
    const environment = sequences({ ...scored, build });
    const { letters, length } = scored;
    return {
      environment,
      reward: tableReward(environment, scored, { form, beta, missing }),
      picturesOf: logoPictures({ letters, length, colourOf: colourOfBase }, environment.stateSize),
    };
  },
  actionText({ options }, action) {
    const letters = String(options.letters);
    const letter = letters[action % letters.length];
    if (options.build === 'any-order') return `write ${letter} at ${Math.floor(action / letters.length) + 1}`;
    return `${options.build === 'prepend-append' && action < letters.length ? 'prepend' : 'append'} ${letter}`;
  },
});
