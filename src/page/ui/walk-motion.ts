import type { Cell } from './grid-geometry.ts';

/** The position of a walk that is being shown. */
export interface WalkMoment {
  /** Steps completed, with the fraction of the current one. */
  readonly along: number;
  /** 1 until it fades out at its end. */
  readonly opacity: number;
  /** Whether it has arrived. */
  readonly arrived: boolean;
  readonly over: boolean;
}

/** The approximate duration of a walk, in milliseconds, within limits for the speed of a step. */
const walkTime = 1400;
const [shortestStep, longestStep] = [35, 140];
const restTime = 700;
const fadeTime = 450;

/** @param elapsed milliseconds since the walk's animation began */
export function walkMoment(cells: number, elapsed: number): WalkMoment {
  const steps = Math.max(0, cells - 1);
  const stepTime = Math.min(longestStep, Math.max(shortestStep, walkTime / Math.max(1, steps)));
  const walking = steps * stepTime;
  if (elapsed < walking) return { along: elapsed / stepTime, opacity: 1, arrived: false, over: false };
  const faded = (elapsed - walking - restTime) / fadeTime;
  return { along: steps, opacity: 1 - Math.min(1, Math.max(0, faded)), arrived: true, over: faded >= 1 };
}

/** The completed part of a walk, as cells with a last one that may lie between two. */
export function trail(cells: readonly Cell[], along: number): Cell[] {
  const whole = Math.floor(along);
  const behind = cells.slice(0, whole + 1);
  const [from, to] = [cells[whole], cells[whole + 1]];
  if (from === undefined || to === undefined || along === whole) return behind;
  const part = along - whole;
  return [...behind, { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }];
}

/** The walks shown: a few at a time, each replaced by one of the latest. */
export interface WalkShow {
  /** Walks to take the next ones from. */
  offer(walks: readonly (readonly Cell[])[]): void;
  /** The walks shown at a time, in milliseconds. @param isGoingOn whether more walks are started */
  at(now: number, isGoingOn: boolean): readonly { readonly cells: readonly Cell[]; readonly moment: WalkMoment }[];
  clear(): void;
}

export function createWalkShow(places: number, apart = 420): WalkShow {
  let offered: readonly (readonly Cell[])[] = [];
  let next = 0;
  let lastBegun = Number.NEGATIVE_INFINITY;
  let shown: { cells: readonly Cell[]; begun: number }[] = [];
  return {
    offer(walks) {
      offered = walks;
      next = 0;
    },
    at(now, isGoingOn) {
      shown = shown.filter(({ cells, begun }) => !walkMoment(cells.length, now - begun).over);
      if (isGoingOn && shown.length < places && now - lastBegun >= apart && offered.length > 0) {
        shown.push({ cells: offered[next % offered.length], begun: now });
        lastBegun = now;
        next++;
      }
      return shown.map(({ cells, begun }) => ({ cells, moment: walkMoment(cells.length, now - begun) }));
    },
    clear() {
      offered = [];
      shown = [];
      lastBegun = Number.NEGATIVE_INFINITY;
    },
  };
}
