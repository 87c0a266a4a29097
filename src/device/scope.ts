import type { Variable } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import type { Device, Executable } from './device.ts';

/**
 * A part of a device that can be given back by itself: the same device, whose `destroy` frees the plans that were
 * prepared and the variables that it was the first to use, and nothing else. A program that makes one run after another
 * on one device gives each a scope.
 */
export function deviceScope(device: Device): Device {
  checkGiven('deviceScope', { device }, 'device');
  const executables = new Set<Executable>();
  const variables = new Set<Variable>();
  /** Takes those for its own that the device does not hold yet. */
  const take = (used: readonly Variable[]) => {
    for (const variable of used) if (!device.holds(variable)) variables.add(variable);
  };
  return {
    kind: device.kind,
    description: device.description,
    get counts() {
      return device.counts;
    },
    async prepare(plan) {
      take(plan.variables);
      const executable = await device.prepare(plan);
      const scoped = {
        ...executable,
        release() {
          if (executables.delete(scoped)) executable.release();
        },
      };
      executables.add(scoped);
      return scoped;
    },
    write(variable, data) {
      take([variable]);
      device.write(variable, data);
    },
    read(variable) {
      take([variable]);
      return device.read(variable);
    },
    holds: device.holds,
    forget(variable) {
      variables.delete(variable);
      device.forget(variable);
    },
    finish: () => device.finish(),
    destroy() {
      for (const executable of [...executables]) executable.release();
      for (const variable of variables) device.forget(variable);
      variables.clear();
    },
  };
}
