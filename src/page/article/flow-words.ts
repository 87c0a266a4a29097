import { figure, nats, percent } from '../ui/words.ts';
import { cellName } from './heat-map.ts';
import { threePools } from './landscapes.ts';
import type { StepFlow, View } from './step-flow.ts';

const { side } = threePools;
const spelledOut = 'Proximal policy optimisation with entropy.';

/** What a view looks at now. */
export function viewWords(view: View, { edges, rewarded }: StepFlow): string {
  const [first] = edges;
  const last = edges[edges.length - 1];
  const end = rewarded === undefined ? cellName(side, last?.to ?? 0) : `its end at ${cellName(side, rewarded)}`;
  switch (view) {
    case 'db':
      return first.to === undefined
        ? `One step: stopping at ${cellName(side, first.from)}.`
        : `One step: from ${cellName(side, first.from)} to ${cellName(side, first.to)}.`;
    case 'subtb':
      return `A stretch of the walk: from ${cellName(side, first.from)} to ${end}.`;
    case 'tb':
      return `A whole walk, from the first cell to ${end}.`;
    case 'ent-ppo': {
      const here = cellName(side, first.from);
      return first.to === undefined
        ? `${spelledOut} Here one step of a walk, stopping at ${here}, against what was expected there.`
        : `${spelledOut} Here one step of a walk, from ${here} to ${cellName(side, first.to)}, against what was expected at ${here}.`;
    }
    case 'fm':
      return `One cell, ${cellName(side, rewarded ?? 0)}: what comes in, goes on and stays.`;
  }
}

/** Whether both sides of a balance are equal. @param misplaced the share of the water that stops in the wrong cells */
export function balanceWords(residual: number, misplaced: number): string {
  const stops =
    misplaced < 5e-4
      ? 'All water stops where it should.'
      : `${percent(misplaced)} of all water stops in the wrong cells.`;
  if (Math.abs(residual) < 5e-4) return `Here both sides are equal. ${stops}`;
  const times = Math.exp(Math.abs(residual));
  const sides = residual > 0 ? ['left', 'right'] : ['right', 'left'];
  const many = times < 1000 ? `${figure(times)} times` : 'far more than a thousand times';
  return `Here the ${sides[0]} side is ${many} the ${sides[1]} one (${nats(residual)} nats). ${stops}`;
}

/** A step of a walk, and what an update makes of it. */
export interface StepWorth {
  /** In nats. */
  readonly advantage: number;
  /** Its probability before and after the update. */
  readonly present: number;
  readonly updated: number;
  /** log Z less the value of the first cell, in nats. */
  readonly gap: number;
}

/** What a step brought, what an update makes of it, and what is still to gain. */
export function advantageWords(cell: string, { advantage, present, updated, gap }: StepWorth): string {
  const change = updated / present - 1;
  // What others at the cell bring counts too, since together they are 1.
  const effect = Math.abs(change) < 0.01 ? 'leaves it as it is' : change > 0 ? 'makes it likelier' : 'makes it rarer';
  const brought =
    Math.abs(advantage) < 0.005
      ? 'just what was expected'
      : `${figure(Math.abs(advantage))} nats ${advantage > 0 ? 'more' : 'less'} than was expected`;
  const whole =
    gap < 5e-4
      ? 'V of the first cell is log Z: there is no more to earn.'
      : `V of the first cell is ${figure(gap)} nats short of log Z.`;
  // Otherwise it reads as a contradiction.
  const why =
    change < -0.01 && advantage > 0.005
      ? ', since others bring more'
      : change > 0.01 && advantage < -0.005
        ? ', since others bring less'
        : '';
  return `This step brings ${brought} at ${cell}; an update ${effect}${why}. ${whole}`;
}
