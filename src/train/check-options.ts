import type { Device } from '../device/index.ts';
import type { Objective } from '../objective/index.ts';

/**
 * Catches mistakes that plain JavaScript lets through.
 * @throws Error that says what to pass instead
 */
export function checkDevice(device: unknown): asserts device is Device {
  if (typeof device === 'string') {
    throw new Error(`\`device\` must be an opened device, not its name: await openDevice('${device}').`);
  }
  if (device instanceof Promise) throw new Error('`device` must be an opened device, not a promise of one: await it.');
  const { prepare, forget, device: choice } = Object(device) as Record<string, unknown>;
  if (typeof prepare === 'function' && typeof forget === 'function') return;
  if (choice !== undefined) throw new Error('`device` must be the device itself: { device } of what was opened.');
  throw new Error('`device` must be an opened device, such as await openDevice() returns.');
}

/** @throws Error that says what to pass instead */
export function checkObjective(objective: unknown): asserts objective is Objective {
  if (typeof objective === 'function') {
    throw new Error('`objective` must be an objective, not the function that makes one: call it, as in entPpo().');
  }
  const { name, learner } = Object(objective) as Record<string, unknown>;
  if (typeof name === 'string' && typeof learner === 'function') return;
  const found = typeof objective === 'string' ? `the text '${objective}'` : String(objective);
  throw new Error(`\`objective\` must be an objective, such as entPpo(), not ${found}.`);
}
