import { messageOf } from '../../text/message-of.ts';
import type { StateView } from '../protocol.ts';
import { atMostEvery } from './at-most-every.ts';
import { byId } from './dom.ts';
import { environmentOf, readState } from './objects.ts';
import type { PageState } from './page-state.ts';
import { conflictOf } from './run-form.ts';
import { createStatePanel } from './state-panel.ts';
import type { Store } from './store.ts';

/** The shortest time between updates of the selected state during a run, in milliseconds. */
const againEvery = 400;

export interface StateLook {
  /** Requests a run's view of a state, and shows it. */
  look(state: readonly number[], run: number): void;
  /** The same for the selected state, if the run has progressed. */
  again(run: number): void;
}

export function createStateLook(
  store: Store<PageState>,
  inspect: (run: number, state: readonly number[]) => Promise<StateView>,
): StateLook {
  const environment = () => {
    const [first] = store.get().knownRuns;
    return first && conflictOf(first.config) === undefined ? environmentOf(first.config) : undefined;
  };
  const look = (state: readonly number[], run: number) => {
    const isChosen = () => {
      const { selection } = store.get();
      return selection?.run === run && selection.state.join() === state.join();
    };
    if (!isChosen()) store.set({ selection: { state, run } });
    inspect(run, state).then(
      (view) => {
        if (isChosen()) store.set({ selection: { state, run, view } });
      },
      (error: unknown) => {
        const problem = messageOf(error);
        if (isChosen()) store.set({ selection: { state, run, problem } });
      },
    );
  };
  const lookHere = (state: readonly number[]) => look(state, store.get().selection?.run ?? 0);
  const panel = createStatePanel(byId('panel-state'), {
    read(text) {
      const known = environment();
      if (known === undefined) return 'There is no run to ask.';
      const reading = readState(known, text);
      if ('problem' in reading) return reading.problem;
      lookHere(reading.state);
      return undefined;
    },
    look: lookHere,
  });

  store.watch(
    ({ selection }) => [selection],
    ([selection]) => {
      // Until the run answers, the old contents stay, and keep the focus.
      if (selection && !selection.view && selection.problem === undefined) return;
      const isCompared = store.get().knownRuns.length > 1;
      const name = selection && isCompared ? (selection.run === 0 ? 'on the left' : 'on the right') : undefined;
      panel.show(selection?.view, selection?.problem, name);
    },
  );
  // States belong to an environment: the selection goes when the environment changes, and not when it is drawn anew.
  store.react(
    ({ knownRuns: [first] }) => [first?.config.problem, JSON.stringify(dynamicsOf(first?.config.problemOptions))],
    () => {
      const known = environment();
      if (known === undefined) return;
      const state = new Int32Array(known.stateSize);
      known.initial(state);
      panel.hint(known.text(state));
      store.set({ selection: undefined });
    },
  );
  const lookAgain = atMostEvery(againEvery, () => {
    const { selection } = store.get();
    if (selection && !byId('panel-state').hidden) look(selection.state, selection.run);
  });
  return {
    look,
    again(run) {
      if (store.get().selection?.run === run) lookAgain();
    },
  };
}

function dynamicsOf(options: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const { reward: _, painting: __, ...dynamics } = options;
  return dynamics;
}
