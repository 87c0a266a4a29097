import { cpus } from 'node:os';

/**
 * Begins to watch the machine. The function returned tells how many cores programs other than this one have used since,
 * on average; undefined where the system does not tell.
 */
export function watchOtherPrograms(): () => number | undefined {
  const begun = processorTimes();
  return () => {
    const { at, busy, own } = processorTimes();
    // Where processors have no times, not even this program's are among them.
    if (busy === begun.busy || at <= begun.at) return undefined;
    const others = busy - begun.busy - (own - begun.own);
    return Math.max(0, others / (at - begun.at));
  };
}

/** In milliseconds: the time, and the time that processors have worked in all and for this program. */
function processorTimes() {
  const { user, system } = process.cpuUsage();
  const busy = cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
  return { at: performance.now(), busy, own: (user + system) / 1000 };
}
