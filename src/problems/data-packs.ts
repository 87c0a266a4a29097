import type { DataPack } from '../data/pack.ts';
import { problems } from './catalogue.ts';

/** The data packs of all problems, in order. */
export async function dataPacks(): Promise<readonly DataPack[]> {
  const needing = problems.filter(({ needs }) => needs?.includes('data'));
  const packs = await Promise.all(needing.map(async ({ load }) => (await load()).problem.dataPack?.()));
  return packs.filter((pack) => pack !== undefined);
}

/** The pack with all of these files. */
export function findPackWithFiles(packs: readonly DataPack[], names: readonly string[]): DataPack | undefined {
  return packs.find(({ files }) => names.every((name) => files.some((file) => file.name === name)));
}
