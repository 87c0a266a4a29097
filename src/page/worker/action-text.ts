import type { Environment } from '../../environment/environment.ts';

/** What an action is, for people. @param child the state that it leads to */
export function actionText(environment: Environment, action: number, child: Int32Array): string {
  const { name, options } = environment;
  switch (name) {
    case 'hypergrid':
      return endsInPlace(environment, action) ? 'stop' : `+1 along axis ${action}`;
    case 'tfbind8':
      return `write ${'ACGT'[action]}`;
    case 'bit-sequence': {
      const wordSize = Number(options.wordSize);
      const place = Math.floor(action / 2 ** wordSize);
      const word = child[place].toString(2).padStart(wordSize, '0');
      return wordSize === 1 ? `bit ${place + 1} is ${word}` : `bits from ${place * wordSize + 1} on are ${word}`;
    }
    default:
      return `action ${action}`;
  }
}

/** Whether an action ends the trajectory where it is, so that state and object are one to look at. */
export function endsInPlace({ name, options }: Environment, action: number): boolean {
  return name === 'hypergrid' && action === options.dimension;
}
