import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describeAdapter, isSoftware } from '../../src/device/webgpu/adapter.ts';
import type { GpuAdapter } from '../../src/host-types.ts';
import { measureProgram } from '../measure/program.ts';
import { failedRow, type GpuPart, recordsOf } from './part.ts';

interface AdapterRecord {
  readonly description: string;
  readonly software: boolean;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  readonly info: Readonly<Record<string, string | number | boolean>>;
  /** The report of the driver's own tool, if there is one. */
  readonly driver?: string | undefined;
}

export const adapterPart: GpuPart = {
  name: 'adapter',
  title: 'Adapter and limits',
  seconds: 10,
  items: async () => [{ name: 'adapter', program: measureProgram('gpu-adapter', {}), limitSeconds: 20 }],
  blocks: (results) =>
    results.flatMap((result) => {
      const [found] = recordsOf<AdapterRecord>(result);
      if (!found) return [failedRow(result.name, result, 2).join(': ')];
      const { description, software, features, limits, info, driver } = found;
      const about = Object.entries(info).map(([name, value]) => `${name}: ${value}`);
      return [
        `${description}${software ? ', emulated in software' : ''}${driver ? ` (${driver})` : ''}. ${about.join(', ')}.`,
        `Features: ${features.join(', ')}.`,
        { header: ['limit', 'value'], rows: Object.entries(limits).map(([name, value]) => [name, String(value)]) },
      ];
    }),
};

/** An adapter's description, features and limits. */
export async function adapterRecord(adapter: GpuAdapter): Promise<AdapterRecord> {
  const { info } = adapter;
  const told = ['vendor', 'architecture', 'device', 'subgroupMinSize', 'subgroupMaxSize'] as const;
  return {
    description: describeAdapter(adapter),
    software: isSoftware(adapter),
    features: [...adapter.features].sort(),
    limits: numbersOf(adapter.limits),
    info: Object.fromEntries(told.flatMap((name) => (info[name] ? [[name, info[name]]] : []))),
    driver: await driverText(),
  };
}

/** Limits are getters of a prototype, which JSON omits. */
function numbersOf(limits: object): Record<string, number> {
  const found: Record<string, number> = {};
  for (const name in limits) {
    const value: unknown = Reflect.get(limits, name);
    if (typeof value === 'number') found[name] = value;
  }
  return found;
}

async function driverText(): Promise<string | undefined> {
  const asked = 'name,driver_version,memory.total,clocks.max.sm,power.limit';
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', [`--query-gpu=${asked}`, '--format=csv,noheader']);
    return stdout.trim().split('\n')[0];
  } catch {
    return undefined;
  }
}
