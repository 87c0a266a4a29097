import { arraysOf, type RunState } from '../../src/checkpoint/run-state.ts';
import type { NamedArray } from '../../src/checkpoint/safetensors.ts';

/** The state of a run with a policy of two numbers, after `step` iterations. */
export function smallState(step: number, seed = 0): RunState {
  return {
    step,
    key: Int32Array.of(seed, 3, step, 0),
    exploration: Float32Array.of(0, 1),
    networks: {
      policy: {
        layers: [{ name: 'layer0/weight', shape: [2, 1], offset: 0 }],
        parameters: Float32Array.of(1, 2),
        optimizer: [{ name: 'updates', dtype: 'I32', shape: [1], data: Int32Array.of(step) }],
      },
    },
    objective: [],
  };
}

/** A state's array of this name. @throws where there is none */
export function arrayIn(state: RunState, name: string): NamedArray['data'] {
  const found = arraysOf(state).find((array) => array.name === name);
  if (!found) throw new Error(`There is no array ${name}.`);
  return found.data;
}
