import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { priorPolicyOf } from '../run/load.ts';
import { policyOnnx } from '../run/onnx.ts';
import { addCommonOptions, type Context } from './context.ts';
import { openProblem } from './data/folder.ts';
import { fileProblem, UsageError } from './errors.ts';
import { asUsage } from './option-values.ts';
import { readRun } from './run-files.ts';
import { writeLine } from './terminal.ts';
import { formatBytes } from './text.ts';

interface ExportOptions {
  readonly onnx: string;
  readonly data?: string;
}

/** `flowtape export`: writes the policy of a run in another program's format. */
export function exportCommand(context: Context): Command {
  const command = new Command('export')
    .description(
      'Write the policy of a run as an ONNX model, where it is a perceptron: from states, as its network sees them, to logits.',
    )
    .argument('<DIR>', "the run's folder")
    .requiredOption('--onnx <FILE>', 'where to')
    .option('--data <DIR>', 'folder of the data, where it is no longer where the run found it');
  return addCommonOptions(command).action((run: string, options: ExportOptions) => exportRun(context, run, options));
}

async function exportRun(context: Context, run: string, { onnx, data }: ExportOptions): Promise<void> {
  const { config, snapshot } = await readRun(run);
  const { problem } = await openProblem(data === undefined ? config : { ...config, data }, context);
  const policy = priorPolicyOf(problem.environment, snapshot);
  const bytes = asUsage(() => policyOnnx({ config, problem, policy }));
  await writeFile(onnx, bytes).catch((error: unknown) => {
    throw new UsageError(`Cannot write ${onnx}: ${fileProblem(error)}.`, { cause: error });
  });
  await writeLine(context.terminal.stdout, `the policy of ${run}, ${formatBytes(bytes.length)}, is in ${onnx}`);
}
