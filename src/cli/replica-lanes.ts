import type { Device, Replicas } from '../device/index.ts';
import type { Context } from './context.ts';
import { createInterrupts } from './interrupts.ts';
import type { Lane, LaneOptions, Lanes } from './lanes.ts';
import { makeTrial } from './run-trial.ts';
import { type JointProgress, lineStream } from './seeds-progress.ts';
import { stopSignal } from './trial-messages.ts';
import type { Trial } from './trials.ts';

export interface ReplicaLaneOptions extends LaneOptions {
  readonly labelOf: (trial: Trial) => string;
  /** The device that the replicas are of, closed with the lanes. */
  readonly device: Device;
  /** Why this device was chosen. */
  readonly why: string;
  readonly replicas: Replicas;
  readonly progress: JointProgress;
}

/** Lanes in this process that have a replica of a GPU each, so that a launch trains for all of them. */
export function replicaLanes(
  context: Context,
  { device, why, replicas, progress, labelOf, together: _, ...options }: ReplicaLaneOptions,
): Lanes {
  const { terminal } = context;
  const interrupts = createInterrupts();
  const stopListening = terminal.onInterrupt(interrupts.tell);
  const lane = (replica: number): Lane => ({
    make(trial, path, isBegun) {
      const name = labelOf(trial);
      let isOpened = false;
      const own: Context = {
        ...context,
        terminal: {
          stdout: lineStream((text) => progress.line(name, text)),
          stderr: lineStream((text) => void terminal.stderr.write(`${name}: ${text}\n`)),
          onInterrupt: interrupts.onInterrupt,
        },
        display: (steps) => progress.of(name, steps),
        sharesProcess: true,
        async openDevice(preference, given) {
          // A run that was begun on the cpu device goes on there; and a device that was lost is lost with its replicas.
          if (isOpened || preference === 'cpu') {
            replicas.leave(replica);
            return context.openDevice(preference, given);
          }
          isOpened = true;
          return { device: replicas.open(replica), why };
        },
      };
      return makeTrial(own, trial, isBegun, { ...options, path });
    },
    end: () => replicas.leave(replica),
  });
  return {
    lanes: Array.from({ length: replicas.count }, (_, replica) => lane(replica)),
    stop() {
      interrupts.tell(stopSignal);
    },
    close() {
      stopListening();
      progress.stop();
      device.destroy();
    },
  };
}
