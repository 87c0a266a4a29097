import type { Searcher } from './climber.ts';

/**
 * Wanders: a Markov chain over the cells (Metropolis et al., 1953). It proposes one of the four neighbours and goes
 * there with probability min(1, R(new) / R(old)). In the limit it visits cells in proportion to the reward; valleys
 * make that slow. It may go in every direction, since it changes finished objects instead of building them.
 */
export function createWanderer(side: number, reward: ArrayLike<number>, random: () => number): Searcher {
  const visits = new Float64Array(side * side);
  let [x, y] = [0, 0];
  let done = 0;
  const step = () => {
    const direction = Math.floor(4 * random());
    const right = x + [1, -1, 0, 0][direction];
    const up = y + [0, 0, 1, -1][direction];
    const isInside = right >= 0 && up >= 0 && right < side && up < side;
    if (isInside && random() * reward[x * side + y] < reward[right * side + up]) [x, y] = [right, up];
    visits[x * side + y]++;
  };
  return {
    advance(tried) {
      for (; done < tried; done++) step();
    },
    get shares() {
      return visits.map((count) => count / Math.max(1, done));
    },
  };
}
