import { writeSmiles } from '../../chemistry/write-smiles.ts';
import type { PolicyLogits } from '../../metrics/exact.ts';
import { drawAllowed } from '../../random/draw-allowed.ts';
import type { AtomStep, PartBond, SmallMolecules } from './small-molecules.ts';

/** How a molecule grew. Its atoms are numbered in order of appearance, and keep their numbers. */
export interface Growth {
  readonly elements: readonly string[];
  readonly steps: readonly GrowthStep[];
  /** The same for equal molecules, however they grew. */
  readonly smiles: string;
  readonly score: number;
  readonly logReward: number;
  /** log P_F of the walk minus log P_B of it from the molecule back: log R - log Z of a perfect sampler. */
  readonly logProbability: number;
}

export interface GrowthStep {
  readonly step: AtomStep;
  /** P_F of all actions with the same description. */
  readonly probability: number;
  /** The alternatives, the most probable first. */
  readonly others: readonly { readonly text: string; readonly probability: number }[];
  readonly text: string;
  /** The bonds after it. */
  readonly bonds: readonly PartBond[];
}

/** How many alternatives a step lists. */
const maxOthers = 3;

/** A step in words, of a molecule with these elements. */
export function stepText(step: AtomStep, elements: readonly string[]): string {
  switch (step.kind) {
    case 'stop':
      return 'stop';
    case 'add':
      return elements.length === 0 ? `begin with ${step.element}` : `${step.element} on ${elements[step.to]}`;
    case 'bond':
      return 'close a ring';
    case 'order': {
      const [a, b] = step.atoms.map((atom) => elements[atom]).sort();
      return step.order === 2 ? `double ${a}=${b}` : `triple ${a}#${b}`;
    }
  }
}

/**
 * Walks of a policy, drawn on the host.
 * @param logitsOf is called with `count` states each time
 */
export async function grow(
  molecules: SmallMolecules,
  logitsOf: PolicyLogits,
  count: number,
  random: () => number,
): Promise<Growth[]> {
  const { environment, reward } = molecules.problem;
  const { stateSize, actionCount, backwardActionCount } = environment;
  const rows = new Int32Array(count * stateSize);
  const mask = new Int32Array(actionCount);
  const back = new Int32Array(backwardActionCount);
  const walks = Array.from({ length: count }, (_, i) => {
    const state = rows.subarray(i * stateSize, (i + 1) * stateSize);
    environment.initial(state);
    return { state, names: [] as number[], elements: [] as string[], steps: [] as GrowthStep[], logProbability: 0 };
  });
  while (walks.some(({ state }) => !environment.isTerminal(state))) {
    // A policy only has logits for unfinished walks: finished ones repeat the first unfinished state.
    const going = walks.find(({ state }) => !environment.isTerminal(state));
    const asked = rows.slice();
    walks.forEach(({ state }, i) => {
      if (going && environment.isTerminal(state)) asked.set(going.state, i * stateSize);
    });
    const logits = await logitsOf(asked, count);
    walks.forEach((walk, i) => {
      const { state, names, elements, steps } = walk;
      if (environment.isTerminal(state)) return;
      environment.forwardMask(state, mask);
      const chances = chancesOf(logits, i * actionCount, mask);
      const action = drawAllowed(mask, chances, random);
      const before = molecules.partOf(state);
      // Actions with equal descriptions are added up: if atoms are interchangeable, there are several.
      const told = new Map<string, number>();
      for (let other = 0; other < actionCount; other++) {
        if (mask[other] === 0) continue;
        const text = stepText(molecules.stepOf(state, other), before.elements);
        told.set(text, (told.get(text) ?? 0) + chances[other]);
      }
      const inRow = molecules.stepOf(state, action);
      const text = stepText(inRow, before.elements);
      const step = renamed(inRow, names);
      environment.step(state, action);
      if (step.kind === 'add') elements.push(step.element);
      const bonds = bondsAfter(steps[steps.length - 1]?.bonds ?? [], step, elements.length - 1);
      const after = molecules.partOf(state);
      walk.names = matched(elements, bonds, after.elements, after.bonds);
      back.fill(0);
      environment.backwardMask(state, back);
      const parents = back.reduce((sum, allowed) => sum + allowed, 0);
      walk.logProbability += Math.log(chances[action]) + Math.log(parents);
      const others = [...told]
        .filter(([each]) => each !== text)
        .map(([each, probability]) => ({ text: each, probability }))
        .sort((a, b) => b.probability - a.probability)
        .slice(0, maxOthers);
      steps.push({ step, text, probability: told.get(text) ?? 0, others, bonds });
    });
  }
  return walks.map(({ state, elements, steps, logProbability }) => ({
    ...{ elements, steps, logProbability },
    smiles: writeSmiles(environment.moleculeOf(state)),
    score: molecules.scoreOf(state),
    logReward: reward.logReward(state),
  }));
}

function chancesOf(logits: ArrayLike<number>, offset: number, mask: Int32Array): Float64Array {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < mask.length; i++) if (mask[i] !== 0) largest = Math.max(largest, logits[offset + i]);
  const chances = Float64Array.from(mask, (allowed, i) => (allowed === 0 ? 0 : Math.exp(logits[offset + i] - largest)));
  const total = chances.reduce((sum, chance) => sum + chance, 0);
  return chances.map((chance) => chance / total);
}

/** A step in terms of the atoms' permanent numbers. */
function renamed(step: AtomStep, names: readonly number[]): AtomStep {
  if (step.kind === 'add') return { ...step, to: names[step.to] ?? 0 };
  if (step.kind === 'stop') return step;
  return { ...step, atoms: [names[step.atoms[0]], names[step.atoms[1]]] };
}

function bondsAfter(bonds: readonly PartBond[], step: AtomStep, last: number): readonly PartBond[] {
  switch (step.kind) {
    case 'stop':
      return bonds;
    case 'add':
      return last === 0 ? [] : [...bonds, { atoms: [step.to, last], order: 1 }];
    case 'bond':
      return [...bonds, { atoms: step.atoms, order: 1 }];
    case 'order':
      return bonds.map((bond) =>
        step.atoms.every((atom) => bond.atoms.includes(atom)) ? { ...bond, order: step.order } : bond,
      );
  }
}

/**
 * The correspondence of the atoms of two graphs that are equal up to order. Found by search, since there are few atoms.
 * @throws Error if they are not equal
 */
export function matched(
  elements: readonly string[],
  bonds: readonly PartBond[],
  otherElements: readonly string[],
  otherBonds: readonly PartBond[],
): number[] {
  const size = elements.length;
  const table = (some: readonly PartBond[]) => {
    const orders = new Array<number>(size * size).fill(0);
    for (const {
      atoms: [a, b],
      order,
    } of some)
      orders[a * size + b] = orders[b * size + a] = order;
    return orders;
  };
  const [mine, others] = [table(bonds), table(otherBonds)];
  const names: number[] = [];
  const place = (at: number): boolean => {
    if (at === otherElements.length) return true;
    for (let name = 0; name < size; name++) {
      if (names.includes(name) || elements[name] !== otherElements[at]) continue;
      if (names.some((known, i) => mine[known * size + name] !== others[i * size + at])) continue;
      names.push(name);
      if (place(at + 1)) return true;
      names.pop();
    }
    return false;
  };
  if (size !== otherElements.length || !place(0)) throw new Error('The two molecules are not the same.');
  return names;
}
