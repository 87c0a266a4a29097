import { createRunClient, type WorkerLike } from '../run-client.ts';
import { afterMessage, newKnownRun } from './known-run.ts';
import type { PageState } from './page-state.ts';
import { nextJob, type SeedJob, withChange } from './run-list.ts';
import type { Store } from './store.ts';

/** The longest wait for the last observation of a finished run, in milliseconds. */
const patience = 5000;

/** Trains the missing seeds of the list of runs, one after another, in a separate worker. */
export function createSeedTrainer(store: Store<PageState>, startWorker: () => WorkerLike): void {
  const client = createRunClient(startWorker);
  let job: SeedJob | undefined;
  let knownRun = newKnownRun({} as SeedJob['config']);
  let late: ReturnType<typeof setTimeout> | undefined;

  const end = (change?: (at: SeedJob) => void) => {
    const done = job;
    job = undefined;
    clearTimeout(late);
    client.terminate();
    store.set({ training: undefined });
    if (done) change?.(done);
  };
  const finish = () =>
    end(({ id }) => {
      const { listed } = store.get();
      store.set({ listed: withChange(listed, id, ({ curves }) => ({ curves: [...curves, knownRun.curve] })) });
    });
  const begin = (next: SeedJob) => {
    job = next;
    knownRun = newKnownRun(next.config);
    store.set({ training: { id: next.id, seed: next.seed, share: 0 } });
    client.open({ config: next.config });
  };
  client.subscribe((message) => {
    if (job === undefined) return;
    knownRun = afterMessage(knownRun, message);
    if (message.kind === 'failure') {
      const { problem } = message;
      return end(({ id }) => store.set({ listed: withChange(store.get().listed, id, () => ({ problem })) }));
    }
    if (message.kind === 'progress') {
      const share = message.progress.step / Math.max(1, job.config.steps);
      store.set({ training: { id: job.id, seed: job.seed, share } });
    }
    if (knownRun.status !== 'finished') return;
    // Its last metrics come with the observation that follows, which ends with walks.
    if (message.kind === 'walks') finish();
    else late ??= setTimeout(finish, patience);
  });
  store.react(
    ({ listed }) => [listed],
    () => {
      const { listed } = store.get();
      const isWanted = job !== undefined && listed.some(({ id, seeds }) => id === job?.id && seeds > job.seed);
      if (job !== undefined && !isWanted) end();
      if (job !== undefined) return;
      const next = nextJob(listed);
      late = undefined;
      if (next) begin(next);
    },
  );
}
