import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { GpuOptions } from './gpu/part.ts';
import type { Place } from './measure/gpu.ts';
import { npmPeers } from './peers/install.ts';
import { pythonPeers } from './python/install.ts';

export const parts = [
  'step',
  'train',
  'curves',
  'equal-seconds',
  'equal-trajectories',
  'rollout',
  'kernels',
  'memory',
  'profile',
  'start',
  'growth',
  'fused',
] as const;
export type PartName = (typeof parts)[number];
export const allPeers: readonly string[] = [...npmPeers, ...pythonPeers];

export const usage = `Usage: npm run bench -- PART [OPTION...]

  step      one training step of small perceptrons, beside jax-js and TensorFlow.js
  train     whole training iterations, beside gfnx and torchgfn; and gfnx's own scripts for graphs, trees, spins, peptides
  curves    how far sampler and target are apart while training, for three seeds, beside gfnx
  equal-seconds
            total variation on the paper's grid after equally many seconds of training, beside gfnx: --seconds for each
            method with each of as many seeds as --rounds. With --authors beside the authors' code, GAE and Ent-PPO
  equal-trajectories
            total variation on the paper's grid after equally many trajectories, beside --authors: as many seeds of
            theirs as --rounds, and flowtape's saved runs
  rollout   rollouts alone, by row programs and with the environment on the calling thread
  kernels   each kernel against what the device can do at most; the cost of a launch, a submit and a read-back
  memory    the process's memory over many training iterations
  profile   where an iteration's time goes, kernel by kernel, on one thread of the cpu device
  start     from the start of the process to the first iteration, beside the peers
  growth    time and memory against batch, width, dimensions and atoms, on one thread of the cpu device
  fused     the dense kernels with and without fused multiply-adds, on one thread of the cpu device
  all       all of these
  gpu       all that there is to know of a machine with a GPU, in less than eight minutes and without a network, beside
            what is installed there. A run adds to the file of the one before it, and leaves out what is there
  report FILE   a JSON file of a run as the tables of docs/benchmarks.md; with --into FILE they are put on that page

  --json FILE       write all that was measured
  --device NAME     cpu, fused (cpu with fused multiply-adds) or webgpu; cpu and webgpu unless said, but no training on
                    a GPU emulated in software
  --peers NAMES     of ${allPeers.join(', ')}; or none. All unless said
  --seconds N       what each engine is timed for on each problem, 6 unless said
  --rounds N        over how many turns, 3 unless said
  --only TEXT       only problems that have this in their name, such as "TFBind8 TB, batch 16"
  --data DIR        the folder with the tables of TFBind8 and String QM9; the fetched ones unless said. DS1.json and
                    amp_proxy.safetensors are looked for there too
  --python FILE     the interpreter that environments for gfnx and torchgfn are made with, python3 unless said
  --authors DIR     a clone of https://github.com/tgritsaev/ent-ppo, the code of the authors of Ent-PPO
  --iterations N    of the part memory, 10000 unless said

Of gpu:
  --json FILE       gpu.json unless said
  --only PART       one of its parts alone
  --small           tiny sizes, to try it out where a GPU is emulated in software
  --peak N          GFLOP/s in float32 that the card's maker names
  --data DIR, --python FILE   as above; the data of sEH is there too, and PyTorch, JAX and gfnx are looked for by this
                    interpreter`;

export interface Options {
  readonly parts: readonly PartName[];
  readonly json?: string;
  readonly device?: Exclude<Place, 'host'>;
  readonly peers: readonly string[];
  readonly seconds: number;
  readonly rounds: number;
  readonly only: string;
  readonly data?: string;
  readonly python: string;
  readonly authors?: string;
  readonly iterations: number;
}

/** The request: a run, a report from a file, one measurement for another process, or help. */
export type Request =
  | { readonly kind: 'run'; readonly options: Options }
  | { readonly kind: 'report'; readonly file: string; readonly into?: string }
  | { readonly kind: 'gpu'; readonly options: GpuOptions }
  | { readonly kind: 'measure'; readonly what: string; readonly request: string }
  | { readonly kind: 'help' };

/** @throws Error that says what is wrong with the arguments */
export function parseRequest(args: readonly string[]): Request {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'string' },
      device: { type: 'string' },
      peers: { type: 'string' },
      seconds: { type: 'string', default: '6' },
      rounds: { type: 'string', default: '3' },
      only: { type: 'string', default: '' },
      data: { type: 'string' },
      python: { type: 'string', default: 'python3' },
      authors: { type: 'string' },
      iterations: { type: 'string', default: '10000' },
      into: { type: 'string' },
      small: { type: 'boolean', default: false },
      peak: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const [name, ...rest] = positionals;
  if (values.help) return { kind: 'help' };
  if (name === 'measure' && rest.length === 2) return { kind: 'measure', what: rest[0], request: rest[1] };
  if (name === 'report' && rest.length === 1) {
    return { kind: 'report', file: rest[0], ...(values.into === undefined ? {} : { into: values.into }) };
  }
  const { json, device, peers, only, data, python, authors } = values;
  if (name === 'gpu') {
    if (rest.length > 0) throw new Error(`gpu takes no ${rest.join(' ')}; one of its parts is --only PART.`);
    return {
      kind: 'gpu',
      options: {
        json: json ?? 'gpu.json',
        only: only === '' ? undefined : only,
        small: values.small,
        data: data === undefined ? undefined : resolve(data),
        python,
        peak: values.peak === undefined ? undefined : positive('peak', values.peak),
      },
    };
  }
  if (device !== undefined && device !== 'cpu' && device !== 'fused' && device !== 'webgpu') {
    throw new Error(`--device must be cpu, fused or webgpu, not ${device}.`);
  }
  return {
    kind: 'run',
    options: {
      parts: partsOf(name, rest),
      peers: peersOf(peers),
      seconds: positive('seconds', values.seconds),
      rounds: positive('rounds', values.rounds, true),
      iterations: positive('iterations', values.iterations, true),
      ...{ only, python },
      ...(json === undefined ? {} : { json }),
      ...(device === undefined ? {} : { device }),
      ...(data === undefined ? {} : { data }),
      ...(authors === undefined ? {} : { authors: resolve(authors) }),
    },
  };
}

function partsOf(name: string | undefined, rest: readonly string[]): readonly PartName[] {
  if (name === undefined) throw new Error(`Say what to measure: ${parts.join(', ')}, gpu or all.`);
  if (rest.length > 0) throw new Error(`One part at a time, or all: ${rest.join(' ')} is too much.`);
  if (name === 'all') return parts;
  const part = parts.find((known) => known === name);
  if (!part) throw new Error(`There is no part ${name}; there are ${parts.join(', ')}, gpu and all.`);
  return [part];
}

function peersOf(text: string | undefined): readonly string[] {
  if (text === undefined) return allPeers;
  if (text === 'none') return [];
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !allPeers.includes(name));
  if (unknown !== undefined) throw new Error(`There is no peer ${unknown}; there are ${allPeers.join(', ')}; or none.`);
  return names;
}

function positive(name: string, text: string, integer = false): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0) || !Number.isFinite(value) || (integer && !Number.isInteger(value))) {
    throw new Error(`--${name} must be a positive ${integer ? 'integer' : 'number'}, not ${text}.`);
  }
  return value;
}
