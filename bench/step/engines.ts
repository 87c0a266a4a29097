import type { Place } from '../measure/gpu.ts';
import { measureProgram } from '../measure/program.ts';
import { repositoryPath } from '../measure/root.ts';
import type { Engine } from '../measure/rounds.ts';
import type { StepProblem } from './problems.ts';

/** A problem, with the file that holds its inputs and starting parameters. */
export interface StepTask extends StepProblem {
  readonly data: string;
}

/** The peers' own names for the places they can run, with the fastest settings they offer in Node. */
const jaxBackends: Readonly<Record<Place, readonly string[]>> = {
  cpu: ['wasm', 'wasm-threads'],
  fused: ['wasm', 'wasm-threads'],
  webgpu: ['webgpu'],
  host: ['null'],
};
const tensorflowBackends: Readonly<Record<Place, readonly string[]>> = {
  cpu: ['wasm'],
  fused: ['wasm'],
  webgpu: ['webgpu'],
  host: ['null'],
};

/** The engines to time at a place, flowtape first. */
export function stepEngines(place: Place, peers: readonly string[]): Engine<StepTask>[] {
  const engines: Engine<StepTask>[] = [
    { name: 'flowtape', program: (problem, seconds) => measureProgram('step', { ...problem, place, seconds }) },
  ];
  if (place === 'cpu' || place === 'fused') {
    engines.push({
      name: 'flowtape, one thread',
      program: (problem, seconds) => measureProgram('step', { ...problem, place, seconds, threads: 1 }),
    });
  }
  if (peers.includes('jax-js')) engines.push(...peerEngines('jax-js', 'jax-js.mjs', jaxBackends[place]));
  if (peers.includes('tfjs')) engines.push(...peerEngines('TensorFlow.js', 'tfjs.mjs', tensorflowBackends[place]));
  return engines;
}

function peerEngines(name: string, script: string, backends: readonly string[]): Engine<StepTask>[] {
  const file = repositoryPath('bench', 'peers', script);
  return backends.map((backend) => ({
    name: `${name}, ${backend}`,
    program: ({ rows, widths, data }, seconds) => ({
      command: process.execPath,
      args: [file, JSON.stringify({ backend, rows, widths, data, seconds })],
    }),
  }));
}
