import { measureProgram } from '../measure/program.ts';
import { repositoryPath } from '../measure/root.ts';
import { type Spread, spread } from '../measure/statistics.ts';
import { formatRatio, formatSpread } from '../measure/table.ts';
import { largeStepProblem, stepProblems } from '../step/problems.ts';
import { pythonRequest } from '../train/engines.ts';
import { type TrainProblem, trainProblems } from '../train/problems.ts';
import { type Block, type GpuContext, type GpuPart, type Item, type ItemResult, problemOf, recordsOf } from './part.ts';
import { problemsOf, stepBlocks, writeData } from './steps.ts';

/** The variants of a step in bench/python/cuda_step.py. */
const ways = [
  ['torch', 'PyTorch, op by op'],
  ['torch-graph', 'PyTorch, CUDA graph'],
  ['torch-compile', 'PyTorch, torch.compile'],
  ['jax', 'JAX, jit'],
] as const;

/** WebGPU against CUDA: the same step of the same network from the same numbers on the same card. */
export const cudaPart: GpuPart = {
  name: 'cuda',
  title: 'WebGPU against CUDA, a training step on the same card; and gfnx there',
  seconds: 65,
  async items(context) {
    const { small, python } = context;
    const seconds = small ? 0.2 : 1;
    const items: Item[] = [];
    for (const problem of problemsOf(context)) {
      const data = await writeData(problem, context.folder);
      const { name, rows, widths } = problem;
      const about = (engine: string) => ({ problem: name, place: 'webgpu', engine });
      items.push({
        ...{ name: `${name}/flowtape`, about: about('flowtape, WebGPU'), limitSeconds: small ? 120 : 15 },
        program: measureProgram('step', { ...problem, place: 'webgpu', seconds }),
      });
      for (const [way, engine] of ways) {
        const request = { way, rows, widths, data, seconds };
        items.push({
          ...{ name: `${name}/${engine}`, about: about(engine), limitSeconds: small ? 90 : 25 },
          program: script(python, 'cuda_step.py', request),
        });
      }
    }
    return [...items, ...gfnxItems(context)];
  },
  blocks(results) {
    const training = results.filter(({ about }) => about.training !== undefined);
    return [
      ...stepBlocks(
        results.filter((result) => !training.includes(result)),
        [...stepProblems, largeStepProblem],
      ),
      ...gfnxBlocks(training),
    ];
  },
};

/**
 * Whole iterations of gfnx and of flowtape with the same settings on the card. Only grids, whose rewards need no table.
 */
function gfnxItems({ small, python }: GpuContext): Item[] {
  const wanted = trainProblems.filter(
    ({ problem, objective, batch }) =>
      problem === 'hypergrid' && ['tb', 'ent-ppo'].includes(objective) && batch === (small ? 16 : 256),
  );
  const seconds = small ? 0.1 : 1;
  return wanted.flatMap((full): Item[] => {
    const at = small ? 2 : 20;
    const task: TrainProblem = { ...full, marks: [{ at, windows: 10, iterations: small ? 1 : 5 }] };
    const common = { limitSeconds: small ? 120 : 25 };
    const about = (engine: string) => ({ training: task.name, engine });
    return [
      {
        ...{ ...common, name: `${task.name}/flowtape`, about: about('flowtape, WebGPU') },
        program: measureProgram('train', { ...task, place: 'webgpu', seconds }),
      },
      {
        ...{ ...common, name: `${task.name}/gfnx`, about: about('gfnx') },
        program: script(python, 'gfnx_training.py', pythonRequest(task, seconds)),
      },
    ];
  });
}

function script(python: string, file: string, request: unknown) {
  return { command: python, args: [repositoryPath('bench', 'python', file), JSON.stringify(request)] };
}

function gfnxBlocks(results: readonly ItemResult[]): Block[] {
  if (results.length === 0) return [];
  const header = ['problem', 'engine', 'on', 'an iteration, ms', 'flowtape is'];
  const rows = results.map((result) => {
    const { training, engine } = result.about;
    const ours = results.find(({ about }) => about.training === training);
    const [own, first] = [windowsOf(result), ours && windowsOf(ours)];
    const named = recordsOf<{ engine?: string }>(result).find((record) => record.engine !== undefined);
    const begin = [String(training), String(engine), named?.engine ?? ''];
    if (!own) return [...begin, problemOf(result) ?? 'it measured nothing', ''];
    return [...begin, formatSpread(own), first && result !== ours ? formatRatio(own.median / first.median) : ''];
  });
  return [{ header, rows }];
}

function windowsOf(result: ItemResult): Spread | undefined {
  const times = recordsOf<{ milliseconds?: readonly number[] }>(result).flatMap(
    ({ milliseconds = [] }) => milliseconds,
  );
  return times.length === 0 ? undefined : spread(times);
}
