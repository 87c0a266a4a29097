import { wordsOf } from './option-field.ts';

/** The literature's spelling of the library's names. */
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

/** A short name for a title or a legend: "TB" for "Trajectory balance (TB)". */
export function spelledShort(name: string): string {
  return /\(([^)]+)\)$/.exec(spelled(name))?.[1] ?? spelled(name);
}
