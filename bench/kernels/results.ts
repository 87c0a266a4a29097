import type { Place } from '../measure/gpu.ts';
import type { EngineRecords } from '../measure/rounds.ts';
import type { Spread } from '../measure/statistics.ts';
import { kernelCases } from './cases.ts';
import { type Ceilings, cachedBytes } from './ceilings.ts';
import type { Costs, KernelRecord } from './kernels.ts';

/** A device's kernels compared with its peak rates. */
export interface KernelResults {
  readonly place: Place;
  readonly device?: string;
  readonly failed?: string;
  readonly ceilings?: Ceilings;
  readonly costs?: Costs;
  readonly kernels: readonly KernelResult[];
}

export interface KernelResult {
  readonly kernel: string;
  readonly size: string;
  readonly launches: number;
  readonly milliseconds: Spread;
  readonly gigaflopsPerSecond: number;
  readonly gigabytesPerSecond: number;
  /** Of the ceiling that it is closest to. */
  readonly share: number;
  readonly bound: 'operations' | 'bytes';
}

/** Compares the results of one process with the ceilings that it measured. */
export function kernelResults(place: Place, { measured }: EngineRecords): KernelResults {
  if ('problem' in measured) return { place, failed: measured.problem, kernels: [] };
  const records = measured.records as KernelRecord[];
  let [device, ceilings, costs]: [string?, Ceilings?, Costs?] = [];
  const kernels: KernelResult[] = [];
  for (const record of records) {
    if ('device' in record) device = record.device;
    else if ('ceilings' in record) ceilings = record.ceilings;
    else if ('costs' in record) costs = record.costs;
    else if (ceilings) kernels.push(resultOf(record, ceilings));
  }
  return {
    place,
    ...(device === undefined ? {} : { device }),
    ...(ceilings ? { ceilings } : {}),
    ...(costs ? { costs } : {}),
    kernels,
  };
}

function resultOf(record: Extract<KernelRecord, { kernel: string }>, ceilings: Ceilings): KernelResult {
  const found = kernelCases.find(({ kernel, size }) => kernel === record.kernel && size === record.size);
  const { flops = 0, bytes = 0 } = found ?? {};
  const rate = (amount: number) => amount / record.milliseconds.median / 1e6;
  const { gigaflopsPerSecond, gigabytesPerSecond, gigabytesPerSecondInCache = gigabytesPerSecond } = ceilings;
  const ofFlops = rate(flops) / gigaflopsPerSecond;
  const ofBytes = rate(bytes) / (bytes <= cachedBytes ? gigabytesPerSecondInCache : gigabytesPerSecond);
  return {
    ...record,
    gigaflopsPerSecond: rate(flops),
    gigabytesPerSecond: rate(bytes),
    share: Math.max(ofFlops, ofBytes),
    bound: ofFlops > ofBytes ? 'operations' : 'bytes',
  };
}
