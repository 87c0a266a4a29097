/** What replicas have asked for, in the order of each, and how their runs of one plan become one. */
export interface JointQueue<Plan> {
  /** Does something for a replica behind the runs that it has asked for. */
  act(replica: number, work: () => void): void;
  /** Runs a plan for a replica, with the others that run it too. */
  run(replica: number, plan: Plan, times: number): void;
  /** From now on the others wait for this one before they run. All are waited for at first. */
  enter(replica: number): void;
  /** From now on nobody waits for this one; its own runs are made at once. */
  leave(replica: number): void;
  /** Leaves, and forgets what it has asked for. */
  drop(replica: number): void;
}

type Command<Plan> =
  | { readonly kind: 'act'; readonly work: () => void }
  | { readonly kind: 'run'; readonly plan: Plan; times: number };

/**
 * A run waits until each replica that takes part waits with a run, or has left. Then the plan that most of them wait for
 * is run, as often as the least of them want. Nothing but runs waits, so a replica that evaluates, reads or writes files
 * comes to its next run in the end; and a run that no other joins is made alone.
 * @param runTogether runs a plan for these replicas, in ascending order
 */
export function jointQueue<Plan>(
  count: number,
  runTogether: (plan: Plan, replicas: readonly number[], times: number) => void,
): JointQueue<Plan> {
  const queues = Array.from({ length: count }, (): Command<Plan>[] => []);
  const isPresent = queues.map(() => true);
  let pumping = false;

  /** The replicas that wait with a run, by plan. */
  const waiting = (of: (replica: number) => boolean) => {
    const groups = new Map<Plan, number[]>();
    for (const [replica, [first]] of queues.entries()) {
      if (first?.kind !== 'run' || !of(replica)) continue;
      groups.set(first.plan, [...(groups.get(first.plan) ?? []), replica]);
    }
    return [...groups].sort(([, a], [, b]) => b.length - a.length)[0];
  };
  const next = () => {
    const alone = waiting((replica) => !isPresent[replica]);
    if (alone) return alone;
    const isAwaited = queues.some((queue, replica) => isPresent[replica] && queue.length === 0);
    return isAwaited ? undefined : waiting(() => true);
  };
  const pump = () => {
    // What is done may ask for more.
    if (pumping) return;
    pumping = true;
    try {
      while (true) {
        for (const queue of queues) {
          for (let [first] = queue; first?.kind === 'act'; [first] = queue) {
            queue.shift();
            first.work();
          }
        }
        const found = next();
        if (!found) return;
        const [plan, replicas] = found;
        const runs = replicas.map((replica) => queues[replica][0] as Command<Plan> & { kind: 'run' });
        const times = Math.min(...runs.map((run) => run.times));
        for (const [i, run] of runs.entries()) {
          run.times -= times;
          if (run.times === 0) queues[replicas[i]].shift();
        }
        runTogether(plan, replicas, times);
      }
    } finally {
      pumping = false;
    }
  };
  const setPresent = (replica: number, present: boolean) => {
    isPresent[replica] = present;
    pump();
  };
  return {
    act(replica, work) {
      queues[replica].push({ kind: 'act', work });
      pump();
    },
    run(replica, plan, times) {
      if (times > 0) queues[replica].push({ kind: 'run', plan, times });
      pump();
    },
    enter: (replica) => setPresent(replica, true),
    leave: (replica) => setPresent(replica, false),
    drop(replica) {
      queues[replica].length = 0;
      setPresent(replica, false);
    },
  };
}
