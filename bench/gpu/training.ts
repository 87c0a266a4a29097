import type { Place } from '../measure/gpu.ts';
import { measureProgram } from '../measure/program.ts';
import { type Spread, spread } from '../measure/statistics.ts';
import { formatSpread, significant } from '../measure/table.ts';
import { type GpuContext, type GpuPart, type Item, type ItemResult, problemOf, recordsOf } from './part.ts';
import type { TrainingRecord } from './time-training.ts';
import { leftOut, pairs, smallTask, type TrainingTask, trainingTask } from './training-tasks.ts';

/** In order of importance: if a part's time runs out, the last ones are missing. */
const batches = [256, 16, 4096];

export const trainingPart: GpuPart = {
  name: 'training',
  title: 'Training, all problems',
  seconds: 110,
  async items(context) {
    const { small } = context;
    const timed = (place: Place) =>
      (small ? [4] : batches).flatMap((batch) =>
        pairs().map(([problem, objective]) => {
          const task = (small ? smallTask : trainingTask)(problem, objective, batch);
          return trainingItem(task, place, context, { seconds: small ? 0.2 : 0.7, limitSeconds: small ? 120 : 15 });
        }),
      );
    const missing = Object.entries(leftOut).map(
      ([name, reason]): Item => ({ name, program: { missing: reason }, limitSeconds: 1 }),
    );
    return [...timed('webgpu'), ...missing];
  },
  blocks: trainingBlocks,
};

/** At the paper's size, including its share on the processor. */
export const sehPart: GpuPart = {
  name: 'seh',
  title: 'sEH at the size of the paper, graph transformers of 2.1 million parameters',
  seconds: 45,
  async items(context) {
    const { small } = context;
    return (['webgpu', 'cpu'] as const).flatMap((place) =>
      ['ent-ppo', 'tb'].map((objective) => {
        const task = small ? smallTask('seh', objective, 4) : trainingTask('seh', objective, 256);
        return trainingItem(task, place, context, { seconds: 6, limitSeconds: small ? 120 : 40 });
      }),
    );
  },
  blocks: trainingBlocks,
};

/** The cpu device with an increasing number of threads. */
export const threadsPart: GpuPart = {
  name: 'threads',
  title: 'The cpu device on 1 to 16 threads',
  seconds: 35,
  async items(context) {
    const { small } = context;
    const pairs = small
      ? [['hypergrid', 'tb']]
      : [
          ['hypergrid', 'ent-ppo'],
          ['tfbind8', 'tb'],
        ];
    return [1, 2, 4, 8, 16].flatMap((threads) =>
      pairs.map(([problem, objective]) => {
        const task = (small ? smallTask : trainingTask)(problem, objective, small ? 16 : 256);
        return trainingItem(task, 'cpu', context, { seconds: small ? 0.2 : 2, limitSeconds: small ? 60 : 12, threads });
      }),
    );
  },
  blocks(results) {
    const header = ['problem', 'threads', 'an iteration, ms', 'times one thread'];
    const rows = results.map((result) => {
      const { title, threads } = result.about;
      const one = results.find(({ about }) => about.title === title && about.threads === 1);
      const [own, first] = [timesOf(result), one && timesOf(one)];
      if (!own) return [String(title), String(threads), problemOf(result) ?? 'it measured nothing', ''];
      return [String(title), String(threads), formatSpread(own), first ? significant(first.median / own.median) : ''];
    });
    return [{ header, rows }];
  },
};

function trainingItem(
  task: TrainingTask,
  place: Place,
  { data }: GpuContext,
  { seconds, limitSeconds, threads }: { seconds: number; limitSeconds: number; threads?: number },
): Item {
  const { title, batch } = task;
  const name = [title, `batch ${batch}`, place, ...(threads === undefined ? [] : [`${threads} threads`])].join(', ');
  return {
    name,
    about: { title, batch, place, ...(threads === undefined ? {} : { threads }) },
    program: measureProgram('gpu-training', { task, place, seconds, data, threads }),
    limitSeconds,
  };
}

function timesOf(result: ItemResult): Spread | undefined {
  const timed = recordsOf<TrainingRecord>(result).find((record) => 'milliseconds' in record);
  return timed && 'milliseconds' in timed ? spread(timed.milliseconds) : undefined;
}

function trainingBlocks(results: readonly ItemResult[]) {
  const header = ['problem', 'batch', 'device', 'an iteration, ms', 'trajectories/s', 'launches', 'MiB', 'first, s'];
  const order = (result: ItemResult) => [String(result.about.title), Number(result.about.batch)] as const;
  const sorted = results.filter(({ about }) => about.title !== undefined).sort((a, b) => compare(order(a), order(b)));
  const rows = sorted.map((result) => {
    const { title, batch, place } = result.about;
    const own = timesOf(result);
    const [first] = recordsOf<TrainingRecord>(result);
    const named = [String(title), String(batch), String(place)];
    if (!first || !('engine' in first)) {
      return [...named, problemOf(result) ?? 'it measured nothing', '', '', '', ''];
    }
    return [
      ...named,
      own ? formatSpread(own) : 'no second iteration in its time',
      own ? significant((1000 * Number(batch)) / own.median) : '',
      String(first.launches),
      (first.bytes / 2 ** 20).toFixed(0),
      significant(first.firstSeconds),
    ];
  });
  const left = results.filter(({ about }) => about.title === undefined);
  return [{ header, rows }, ...left.map((result) => `${result.name} ${problemOf(result) ?? ''}`)];
}

function compare(a: readonly [string, number], b: readonly [string, number]): number {
  return a[0] === b[0] ? a[1] - b[1] : a[0] < b[0] ? -1 : 1;
}
