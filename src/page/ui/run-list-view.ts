import type { RunConfig } from '../../run/run-config.ts';
import { pageCatalogue } from '../catalogue.ts';
import { differencesOf, valueText } from './differences.ts';
import { arrange, button, byId, make, setText } from './dom.ts';
import { spelled } from './names.ts';
import type { PageState } from './page-state.ts';
import { withObjective } from './run-form.ts';
import { namesOfRuns } from './run-lines.ts';
import { hasRoom, type ListedRun, maxRuns, type NewRun, seedCounts, withChange, withRun } from './run-list.ts';
import { stepOf } from './run-panel.ts';
import type { Store } from './store.ts';
import type { Toasts } from './toasts.ts';
import { grouped } from './words.ts';

/** Further actions on a run of the list. */
export interface RunListActions {
  /** Puts a run of these settings into the pictures. */
  open(config: RunConfig): void;
}

/** A listed run's element. */
interface RunRow {
  readonly root: HTMLElement;
  /** What its seeds are at. */
  readonly state: HTMLElement;
  /** Shows its name, unless someone is typing there. */
  rename(name: string): void;
}

/** The list of runs: names, colours, seeds. */
export function createRunList(store: Store<PageState>, actions: RunListActions, toasts: Toasts): void {
  const list = byId('run-list');
  const beside = byId<HTMLSelectElement>('run-beside');
  beside.append(...pageCatalogue.objectives.map(({ name }) => make('option', { value: name }, spelled(name))));

  const add = (run: NewRun) => {
    const { knownRuns, listed } = store.get();
    if (!hasRoom(listed, knownRuns.length)) {
      return toasts.say(`The list is full: ${maxRuns} runs. Remove one first.`, { bad: true, stays: false });
    }
    store.set({ listed: withRun(listed, run, knownRuns.length) });
  };
  byId('run-keep').addEventListener('click', () => {
    for (const { config, curve } of store.get().knownRuns) {
      const steps = curve[curve.length - 1]?.step ?? 0;
      if (steps > 0) add({ config, steps, curves: [curve], isKept: true });
    }
  });
  byId('run-train').addEventListener('click', () => {
    const [first] = store.get().knownRuns;
    if (first === undefined) return;
    const config = withObjective(pageCatalogue, first.config, beside.value);
    // As long as the run in the pictures, or its planned length if it has hardly started.
    const steps = stepOf(first) >= 50 ? stepOf(first) : Math.min(first.config.steps, 500);
    add({ config, steps, curves: [], isKept: true });
  });

  const rows = new Map<number, RunRow>();
  const change = (id: number, make: (run: ListedRun) => Partial<ListedRun>) =>
    store.set({ listed: withChange(store.get().listed, id, make) });
  const rowOf = (run: ListedRun): RunRow => {
    const { id, colour, config } = run;
    const box = make('input', { type: 'checkbox', checked: run.isShown });
    box.addEventListener('change', () => change(id, () => ({ isShown: box.checked })));
    const field = make('input', { type: 'text', maxLength: 60, autocomplete: 'off' });
    field.addEventListener('change', () => change(id, () => ({ name: field.value.trim() || undefined })));
    const seeds = make(
      'select',
      {},
      ...seedCounts.map((count) => make('option', { value: String(count) }, count === 1 ? '1 seed' : `${count} seeds`)),
    );
    seeds.value = String(run.seeds);
    seeds.addEventListener('change', () =>
      change(id, ({ curves }) => {
        const count = Number(seeds.value);
        return { seeds: count, curves: curves.slice(0, count), isKept: true, problem: undefined };
      }),
    );
    const open = button('Open', () => actions.open(config), 'quiet');
    const remove = button(
      'Remove',
      () => store.set({ listed: store.get().listed.filter((each) => each.id !== id) }),
      'quiet',
    );
    const state = make('p', { className: 'help' });
    return {
      state,
      rename(name) {
        if (document.activeElement !== field) field.value = name;
        const labels = [
          `Show ${name}`,
          `Name of ${name}`,
          `Seeds of ${name}`,
          `Open ${name} in the pictures`,
          `Remove ${name}`,
        ];
        for (const [i, control] of [box, field, seeds, open, remove].entries()) {
          control.setAttribute('aria-label', labels[i]);
        }
      },
      root: make(
        'li',
        { className: `listed line-${colour}` },
        make('label', { className: 'swatch' }, box),
        make('div', { className: 'listed-name' }, field, state),
        make('div', { className: 'listed-actions' }, seeds, open, remove),
      ),
    };
  };

  store.watch(
    ({ knownRuns, listed, training }) => [listed, training, knownRuns.length, ...knownRuns.map(({ config }) => config)],
    () => {
      const { knownRuns, listed, training } = store.get();
      const names = namesOfRuns({ knownRuns, listed });
      const live = knownRuns.map((knownRun, run) =>
        make(
          'li',
          { className: `listed line-${run}` },
          make('span', { className: 'swatch' }),
          make(
            'div',
            { className: 'listed-name' },
            make('strong', {}, names[run]),
            make('p', { className: 'help' }, `in the pictures, ${settingsText(knownRun.config)}`),
          ),
        ),
      );
      for (const [i, run] of listed.entries()) {
        const row = rows.get(run.id) ?? rowOf(run);
        // Rows persist, so that a name can be typed while seeds are trained.
        rows.set(run.id, row);
        row.rename(names[knownRuns.length + i]);
        setText(row.state, stateText(run, training));
      }
      for (const id of rows.keys()) if (!listed.some((run) => run.id === id)) rows.delete(id);
      const wanted = [...live, ...listed.map(({ id }) => (rows.get(id) as { root: HTMLElement }).root)];
      const isFocused = list.contains(document.activeElement);
      arrange(list, wanted);
      // Whoever has removed a run by keys stays here.
      if (isFocused && !list.contains(document.activeElement)) byId('run-keep').focus();
    },
  );
}

/** The settings that differ from the defaults, in words. */
function settingsText(config: RunConfig): string {
  const told = differencesOf(pageCatalogue, config)
    .filter(({ name }) => name !== 'steps' && name !== 'device')
    .map(({ label, kind, value }) => `${label.toLowerCase()} ${valueText(value, kind)}`);
  return told.length === 0 ? 'all settings as by default' : told.slice(0, 6).join(', ');
}

function stateText({ id, seeds, curves, steps, config, problem }: ListedRun, training: PageState['training']): string {
  const settings = settingsText(config);
  if (problem !== undefined) return `Not trained: ${problem}`;
  const length = `${grouped(steps)} iterations`;
  if (curves.length >= seeds) return `${length}, ${settings}`;
  const at = `seed ${curves.length + 1} of ${seeds}`;
  return training?.id === id
    ? `${at}: ${Math.round(100 * training.share)} % of ${length}; ${settings}`
    : `${at} waits; ${settings}`;
}
