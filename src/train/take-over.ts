import { checkState } from '../checkpoint/check-state.ts';
import type { NetworkState, RunState } from '../checkpoint/run-state.ts';
import type { Device } from '../device/device.ts';
import { isRecord } from '../text/is-record.ts';
import { messageOf } from '../text/message-of.ts';
import { shown } from '../text/shown.ts';
import { type Course, checkCourse, countOffCourse, type Rates } from './course.ts';
import { StateError } from './state-error.ts';
import { isOwnRate, type StateParts, writeState } from './state-parts.ts';
import type { Snapshot } from './training-options.ts';

/**
 * Gives a run the state to continue from, or with `adopt` the state of a run with other settings, and returns the state
 * adopted.
 * @throws StateError that says why the run cannot continue from the state
 */
export function takeOver(
  device: Device,
  parts: StateParts,
  course: Course,
  { from, adopt }: { readonly from: Snapshot; readonly adopt?: Snapshot | undefined },
): Snapshot {
  const given = adopt ?? from;
  try {
    checkState(given);
    checkMetrics(given.metrics);
    if (!adopt) {
      writeState(device, parts, given, () => checkCourse(parts, course, given));
      return given;
    }
    const state: Snapshot = adapted(parts, given, course.ratesAt(given.step));
    writeState(device, parts, state);
    // A run with more iterations may reach the same state; then the file is the same too.
    const isForeign = given.adopted || countOffCourse(parts, course, state) !== undefined;
    return { ...state, adopted: isForeign ? true : undefined };
  } catch (cause) {
    throw new StateError(`The run cannot continue from this state: ${messageOf(cause)}`, { cause });
  }
}

/**
 * Adapts the state of a run with other settings: networks, counters and samples are kept, while learning rates and
 * exploration are this run's.
 */
function adapted(parts: StateParts, state: RunState, rates: Rates): RunState {
  const { learner } = parts;
  const networks = learner.networks.map(({ network, optimizer }): [string, NetworkState | undefined] => {
    const found = state.networks[network.name];
    const { learningRate, state: kept } = optimizer;
    const data = Float32Array.of((learningRate?.base ?? 0) * rates.learningRate);
    const own = found?.optimizer.map((array) => {
      const isRate = learningRate !== undefined && kept[array.name] === learningRate.variable;
      return isRate ? { ...array, dtype: 'F32' as const, data } : array;
    });
    return [network.name, found && { ...found, optimizer: own ?? [] }];
  });
  const objective = state.objective.map((array) => {
    const setting = learner.variables.find(({ name }) => name === array.name);
    if (!setting || !isOwnRate(setting) || array.dtype !== 'F32') return array;
    return { ...array, data: Float32Array.from(setting.initial ?? []) };
  });
  const found = networks.filter((entry): entry is [string, NetworkState] => entry[1] !== undefined);
  const exploration = Float32Array.from(rates.exploration);
  return { ...state, exploration, networks: { ...state.networks, ...Object.fromEntries(found) }, objective };
}

function checkMetrics(metrics: unknown): void {
  if (metrics === undefined || (isRecord(metrics) && Object.values(metrics).every(isFigure))) return;
  throw new Error(`its metrics are ${shown(metrics)}, not figures by name.`);
}

function isFigure(value: unknown): boolean {
  return value === undefined || typeof value === 'number';
}
