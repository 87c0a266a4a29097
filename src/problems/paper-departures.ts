import { paperExperiments } from './paper-experiments.ts';

/**
 * How the settings of the preset `paper` for a pair differ from the paper's, as clauses; see docs/problems.md. They stand
 * apart from the problems' descriptions, which pages load.
 */
export function paperDepartures(problem: string, objective: string): readonly string[] {
  if (!paperExperiments.molecules.some((name) => name === problem)) return [];
  const ownValue = "the value network has initial values of its own, while the paper copies the policy's";
  if (objective === 'ent-ppo') return [ownValue];
  if (objective !== 'gae') return [];
  return [
    'the paper has no experiment with it on molecules, so the settings are those of Ent-PPO with K = E = 1',
    ownValue,
  ];
}
