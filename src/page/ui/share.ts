import type { RunConfig } from '../../run/run-config.ts';
import { messageOf } from '../../text/message-of.ts';
import { configOfAddress, formatAddress, parseAddress } from '../address.ts';

/** Separates two runs in an address. Values have it percent-encoded, so it occurs nowhere else. */
const between = '~';

/** The part of an address behind its #: one run, or two that are compared. */
export function addressOf(configs: readonly RunConfig[]): string {
  return configs.map(formatAddress).join(between);
}

/** The runs of an address, or the page's initial run with the reason why the address is invalid. */
export function runsOfAddress(hash: string): { readonly configs: readonly RunConfig[]; readonly problem?: string } {
  const [first = '', second, ...more] = hash.replace(/^#/, '').split(between);
  const { config, problem } = configOfAddress(first);
  if (problem !== undefined) return { configs: [config], problem };
  if (more.length > 0) return { configs: [config], problem: 'The address has more than two runs.' };
  if (second === undefined) return { configs: [config] };
  try {
    return { configs: [config, parseAddress(second)] };
  } catch (error) {
    return { configs: [config], problem: messageOf(error) };
  }
}

/** Whether an address has exactly these runs. */
export function isSameAddress(hash: string, runs: readonly { readonly config: RunConfig }[]): boolean {
  const { configs, problem } = runsOfAddress(hash);
  return problem === undefined && addressOf(configs) === addressOf(runs.map(({ config }) => config));
}
