import { wordsOf } from './option-field.ts';

/** How the literature spells what the library has names for. */
const spellings: Readonly<Record<string, string>> = {
  'ent-ppo': 'Ent-PPO',
  'ent-trpo': 'Ent-TRPO',
  gae: 'GAE',
  'gae-subeb': 'GAE with SubEB',
  tb: 'Trajectory balance (TB)',
  db: 'Detailed balance (DB)',
  subtb: 'Sub-trajectory balance (SubTB)',
  mdb: 'Modified detailed balance (MDB)',
  'fl-db': 'Forward-looking detailed balance (FL-DB)',
  'fl-subtb': 'Forward-looking sub-trajectories (FL-SubTB)',
  'soft-dqn': 'Soft DQN',
  rtb: 'Relative trajectory balance (RTB)',
  'trust-pcl': 'Trust-PCL',
  vargrad: 'Log-partition variance (VarGrad)',
  fm: 'Flow matching (FM)',
  webgpu: 'WebGPU',
  cpu: 'CPU',
  auto: 'whichever is better here',
  tlm: 'trained by likelihood (TLM)',
};

/** A name as a reader knows it. */
export function spelled(name: string): string {
  return spellings[name] ?? wordsOf(name.replaceAll('-', ' '));
}

/** Short, for a title over a picture or a key of a chart: "TB" of "Trajectory balance (TB)". */
export function spelledShort(name: string): string {
  return /\(([^)]+)\)$/.exec(spelled(name))?.[1] ?? spelled(name);
}
