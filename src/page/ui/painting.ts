import type { RunConfig } from '../../run/run-config.ts';
import { gridShapeOf, pageProblem, paintingOptionsOf } from '../catalogue.ts';
import { withoutTypedReward } from './typed-reward.ts';

/** A painting: a level from 0 to 9 for each cell of a square grid, that of (x, y) at x side + y. See `paintedReward`. */
export type Painting = readonly number[];

const highestLevel = 9;
/** The reward of level 0, as in `paintedReward`. */
const smallestReward = 1e-3;

export function readPainting(text: string): Painting {
  return Array.from(text, Number);
}

export function writePainting(painting: Painting): string {
  return painting.join('');
}

/** The target distribution of a painting. */
export function paintedTarget(painting: Painting): Float64Array {
  const rewards = Float64Array.from(painting, (level) => Math.max(level / highestLevel, smallestReward));
  const total = rewards.reduce((sum, reward) => sum + reward, 0);
  return rewards.map((reward) => reward / total);
}

/** The closest painting to a distribution: its highest cells have the highest level. */
export function paintingOf(target: ArrayLike<number>): Painting {
  const max = Array.from(target).reduce((a, b) => Math.max(a, b), 0);
  return Array.from(target, (probability) => (max > 0 ? Math.round((highestLevel * probability) / max) : 0));
}

/** A painting resized to another grid: each cell has the level of the one at its position. */
export function resized(painting: Painting, side: number): Painting {
  const before = Math.floor(Math.sqrt(painting.length));
  const place = (at: number) => Math.min(before - 1, Math.floor(((at + 0.5) * before) / side));
  return Array.from({ length: side * side }, (_, cell) => {
    const [x, y] = [Math.floor(cell / side), cell % side];
    return painting[place(x) * before + place(y)];
  });
}

/** With the given cells at a level. */
export function painted(
  painting: Painting,
  side: number,
  cells: readonly { x: number; y: number }[],
  level: number,
): Painting {
  const next = [...painting];
  for (const { x, y } of cells) next[x * side + y] = level;
  return next;
}

/** The painting of a configuration, if it has one. */
export function paintingIn(config: RunConfig): Painting | undefined {
  const options = paintingOptionsOf(config);
  if (options === undefined) return undefined;
  const { [options.choice]: choice, [options.levels]: levels } = config.problemOptions;
  return choice === options.painted && typeof levels === 'string' ? readPainting(levels) : undefined;
}

/** A configuration with a painted reward; unchanged if its grid cannot be painted. */
export function withPainting(config: RunConfig, painting: Painting): RunConfig {
  const options = paintingOptionsOf(config);
  if (options === undefined) return config;
  const { choice, painted, levels } = options;
  const { problemOptions } = withoutTypedReward(config);
  return { ...config, problemOptions: { ...problemOptions, [choice]: painted, [levels]: writePainting(painting) } };
}

/**
 * A configuration after one of its problem's options was changed, with a matching painting: as large as the grid, and
 * only if the reward is painted. @param start the initial painting, of any size
 */
export function withFittingPainting(config: RunConfig, start: Painting): RunConfig {
  const options = pageProblem(config.problem).painting;
  if (options === undefined) return config;
  const { [options.levels]: levels, ...rest } = config.problemOptions;
  const plain = { ...config, problemOptions: rest };
  if (rest[options.choice] !== options.painted) return plain;
  const [side] = paintingOptionsOf(plain) ? (gridShapeOf(plain) ?? []) : [];
  if (side === undefined) return { ...plain, problemOptions: { ...rest, [options.choice]: options.otherwise } };
  const painting = typeof levels === 'string' ? readPainting(levels) : start;
  return withPainting(plain, painting.length === side * side ? painting : resized(painting, side));
}
