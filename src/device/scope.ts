import type { Variable } from '../tape/index.ts';
import type { Device, Replay } from './device.ts';

/**
 * A part of a device that can be given back by itself: the same device, whose `destroy` frees the plans that were
 * prepared and the variables that were used through it, and nothing else. A program that makes one run after another on
 * one device gives each a scope. Variables that two scopes use belong to the first that is destroyed.
 */
export function deviceScope(device: Device): Device {
  const replays = new Set<Replay>();
  const variables = new Set<Variable>();
  return {
    kind: device.kind,
    description: device.description,
    get counts() {
      return device.counts;
    },
    async prepare(plan) {
      const replay = await device.prepare(plan);
      for (const variable of plan.variables) variables.add(variable);
      const scoped = {
        ...replay,
        release() {
          if (replays.delete(scoped)) replay.release();
        },
      };
      replays.add(scoped);
      return scoped;
    },
    write(variable, data) {
      device.write(variable, data);
      variables.add(variable);
    },
    read(variable) {
      variables.add(variable);
      return device.read(variable);
    },
    forget(variable) {
      variables.delete(variable);
      device.forget(variable);
    },
    finish: () => device.finish(),
    destroy() {
      for (const replay of [...replays]) replay.release();
      for (const variable of variables) device.forget(variable);
      variables.clear();
    },
  };
}
