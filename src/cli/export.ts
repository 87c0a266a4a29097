import { open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Command } from 'commander';
import { priorPolicyOf } from '../run/load.ts';
import { isPolicyOnnx, policyOnnx } from '../run/onnx.ts';
import { addCommonOptions, type Context } from './context.ts';
import { fileProblem, UsageError } from './errors.ts';
import { codeOf } from './folders.ts';
import { asUsage } from './option-values.ts';
import { openProblemOfRun } from './problem-of-run.ts';
import { readRun } from './run-files.ts';
import { openFolder } from './run-folder.ts';
import { writeLine } from './terminal.ts';
import { formatBytes } from './text.ts';

interface ExportOptions {
  readonly onnx: string;
  readonly data?: string;
}

/** `flowtape export`: writes a run's policy in another program's format. */
export function exportCommand(context: Context): Command {
  const command = new Command('export')
    .description(
      'Write the policy of a run as an ONNX model, from encoded states to logits. The policy must be a perceptron.',
    )
    .usage('<DIR> --onnx <FILE> [options]')
    .argument('<DIR>', "the run's folder")
    .requiredOption('--onnx <FILE>', 'where to')
    .option('--data <DIR>', 'folder of the data, if it has moved since the run');
  return addCommonOptions(command).action((run: string, options: ExportOptions) => exportRun(context, run, options));
}

async function exportRun(context: Context, run: string, { onnx, ...options }: ExportOptions): Promise<void> {
  await refuseOther(onnx);
  const { config, snapshot } = await readRun(run);
  const { data = config.data } = options;
  const { problem } = await openProblemOfRun(run, { ...config, data }, context);
  const policy = priorPolicyOf(problem.environment, snapshot);
  const bytes = asUsage(() => policyOnnx({ config, problem, policy }));
  await openFolder(dirname(onnx)).write(basename(onnx), bytes).catch(refuseWriting(onnx));
  await writeLine(context.terminal.stdout, `the policy of ${run}, ${formatBytes(bytes.length)}, is in ${onnx}`);
}

/** Replaces an existing model, but refuses to overwrite any other file, such as a checkpoint. Throws a UsageError. */
async function refuseOther(path: string): Promise<void> {
  const start = Buffer.alloc(64);
  try {
    const file = await open(path, 'r');
    try {
      await file.read(start, 0, start.length, 0);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    refuseWriting(path)(error);
  }
  if (isPolicyOnnx(start)) return;
  throw new UsageError(`${path} is there already, and is not a model of flowtape's: give another name with --onnx.`);
}

function refuseWriting(path: string): (error: unknown) => never {
  return (error) => {
    throw new UsageError(`Cannot write ${path}: ${fileProblem(error)}.`, { cause: error });
  };
}
