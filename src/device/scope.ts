import type { Variable } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import type { Device, Executable } from './device.ts';

/**
 * A part of a device that can be freed by itself: the same device, except that its `destroy` frees only the plans it
 * prepared and the variables it was the first to use. A program that makes one run after another on a device gives each
 * a scope.
 */
export function deviceScope(device: Device): Device {
  checkGiven('deviceScope', { device }, 'device');
  const executables = new Set<Executable>();
  const variables = new Set<Variable>();
  /** Takes ownership of variables that the device does not hold yet. */
  const take = (used: readonly Variable[]) => {
    for (const variable of used) if (!device.holds(variable)) variables.add(variable);
  };
  return {
    kind: device.kind,
    description: device.description,
    fusedMultiplyAdd: device.fusedMultiplyAdd,
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
