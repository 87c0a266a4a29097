import { cpus, release, totalmem, type } from 'node:os';
import { describeAdapter, isSoftware } from '../src/device/webgpu/adapter.ts';
import { requestNodeAdapter } from '../src/node/index.ts';

/** The machine on which figures were measured. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly gibibytes: number;
  readonly system: string;
  readonly node: string;
  readonly adapter?: { readonly description: string; readonly software: boolean };
}

export async function describeMachine(): Promise<Machine> {
  const processors = cpus();
  const adapter = await requestNodeAdapter().catch(() => undefined);
  return {
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    gibibytes: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    ...(adapter ? { adapter: { description: describeAdapter(adapter), software: isSoftware(adapter) } } : {}),
  };
}

export function machineLine({ processor, cores, gibibytes, system, node, adapter }: Machine): string {
  const gpu = adapter ? `${adapter.description}${adapter.software ? ', emulated in software' : ''}` : 'none';
  return `${cores} cores of ${processor}, ${gibibytes} GiB, ${system}, Node ${node.slice(1)}; WebGPU adapter: ${gpu}`;
}
