import { availableParallelism, totalmem } from 'node:os';
import { Command } from 'commander';
import { runtimeName } from '../node/runtime.ts';
import { addCommonOptions, type Context } from './context.ts';
import { type AdapterDescription, type Diagnosis, diagnose } from './diagnosis.ts';
import { writeLine } from './terminal.ts';
import { formatCount } from './text.ts';

/** `flowtape doctor`: reports what this machine has, what would be used and what is missing. */
export function doctorCommand(context: Context): Command {
  const command = new Command('doctor')
    .description('Show the devices of this machine, which one would be used and why, and anything missing.')
    .option('--json', 'print one JSON object');
  return addCommonOptions(command).action(async ({ json }: { json?: boolean }) => {
    const diagnosis = await diagnose();
    const machine = {
      flowtape: context.version,
      runtime: runtimeName(),
      system: `${process.platform} ${process.arch}`,
      threads: availableParallelism(),
      memoryGiB: Math.round(totalmem() / 2 ** 30),
    };
    const lines = json ? [JSON.stringify({ ...machine, ...diagnosis })] : describe(machine, diagnosis);
    for (const line of lines) await writeLine(context.terminal.stdout, line);
  });
}

/** The findings as lines for a person. */
export function describe(machine: Readonly<Record<string, string | number>>, diagnosis: Diagnosis): string[] {
  const { webgpu, cpu, choice, advice } = diagnosis;
  const { flowtape, runtime, system, threads, memoryGiB } = machine;
  return [
    `flowtape ${flowtape} on ${runtime}, ${system}, ${threads} threads, ${memoryGiB} GiB of memory`,
    '',
    ...(webgpu.adapters.length === 0 ? [`webgpu: not available. ${webgpu.problem ?? ''}`.trimEnd()] : []),
    ...webgpu.adapters.flatMap(describeAdapter),
    cpu.problem === undefined ? `cpu: ${cpu.description}` : `cpu: not available. ${cpu.problem}`,
    '',
    choice === undefined
      ? 'no device works here'
      : `--device auto takes ${choice.kind}, ${choice.description}, because ${choice.why}`,
    ...advice.map((sentence) => `- ${sentence}`),
  ];
}

function describeAdapter({ description, features, limits }: AdapterDescription): string[] {
  const entries = Object.entries(limits);
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  return [
    `webgpu: ${description}`,
    `  features: ${features.length === 0 ? 'none' : [...features].sort().join(', ')}`,
    '  limits:',
    ...entries.map(([name, value]) => `    ${name.padEnd(width)}  ${formatCount(value)}`),
  ];
}
