import type { RunConfig } from '../run/run-config.ts';
import { pageCatalogue } from './catalogue.ts';
import { defaultConfig } from './default-config.ts';
import type { WorkerLike } from './run-client.ts';
import { fileNameOf, largestCheckpoint, readHead } from './ui/checkpoint.ts';
import { createCurves } from './ui/curves.ts';
import { copyText } from './ui/dialog.ts';
import { byId } from './ui/dom.ts';
import { createFileInput, download } from './ui/files.ts';
import { createLegend } from './ui/legend.ts';
import { cellState, environmentOf, readState } from './ui/objects.ts';
import { createOverlay } from './ui/overlay.ts';
import { firstState, isRunning, type PageState } from './ui/page-state.ts';
import { createPictures } from './ui/pictures.ts';
import { createRankingView } from './ui/ranking-view.ts';
import { conflictOf, counterpart, withEnvironment, withObjective, withValueIn } from './ui/run-form.ts';
import { createRunPanel } from './ui/run-panel.ts';
import { createSelfCheck } from './ui/self-check.ts';
import { createSession } from './ui/session.ts';
import { createSettingsForm } from './ui/settings-form.ts';
import { addressOf, runsOfAddress } from './ui/share.ts';
import { createStatePanel } from './ui/state-panel.ts';
import { createStore } from './ui/store.ts';
import { createTabs } from './ui/tabs.ts';
import { createThemeSwitch } from './ui/theme.ts';
import { createToasts } from './ui/toasts.ts';
import { createViewControls } from './ui/view-controls.ts';
import { grouped } from './ui/words.ts';

/** Looks at the chosen state again at most so often while the run goes on, in milliseconds. */
const lookAgainEvery = 400;

/** Puts the page together and begins its run. @param startWorker starts a training worker */
export function startPage(startWorker: () => WorkerLike): void {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const store = createStore<PageState>({ ...firstState, walksShown: !calm }, requestAnimationFrame);
  const toasts = createToasts(byId('toasts'));
  const tabs = createTabs();
  const selfCheck = createSelfCheck(() => toasts.say('The report is copied.'));
  const session = createSession({
    store,
    startWorker,
    heard(run, message) {
      if (message.kind === 'refusal' && message.request === undefined) toasts.say(message.problem, { bad: true });
      if (message.kind === 'check') selfCheck.progress(message.done, message.of, message.name);
      if (message.kind === 'opened') lookAgain(run);
      if (message.kind === 'metrics') lookAgain(run);
    },
  });
  const configs = () => store.get().records.map(({ config }) => config);

  /** Other settings for all runs, where they can be had. */
  const apply = (next: readonly RunConfig[]): string | undefined => {
    const problem = next.map(conflictOf).find((conflict) => conflict !== undefined);
    if (problem !== undefined) return problem;
    next.forEach((config, run) => {
      if (config !== configs()[run]) session.change(run, config);
    });
    return undefined;
  };
  const open = (next: readonly RunConfig[], options = {}) => session.open(next, options);

  createPictures(store, {
    choose(run, coordinates) {
      look(cellState(coordinates), run);
      tabs.open('state');
    },
    paint() {},
    level() {},
    announce: (text) => panel.announce(text),
  });
  createLegend(store);
  createViewControls(store);
  createRankingView(store);
  const curves = createCurves(store);
  const panel = createRunPanel(store, {
    toggle() {
      if (isRunning(store.get())) session.pause();
      else if (store.get().records.every(({ status }) => status === 'finished')) apply(configs().map(longer));
      else session.resume();
    },
    step: () => session.step(),
    restart: () => open(configs()),
    compare() {
      const [first, second] = configs();
      if (first === undefined) return;
      if (second) session.dropSecond();
      else open([first, counterpart(pageCatalogue, first, first.objective === 'tb' ? 'ent-ppo' : 'tb')]);
    },
  });
  createOverlay(store, {
    goOn(checkpoint, onCpu) {
      const next = configs().map((config): RunConfig => (onCpu ? { ...config, device: 'cpu' } : config));
      open(next, checkpoint ? { checkpoint } : {});
    },
    restart: () => open(configs()),
    reset: () => open([defaultConfig()]),
    save: (checkpoint) => download(checkpoint, fileNameOf(configs()[0], readHead(checkpoint).step)),
  });

  const form = createSettingsForm(byId('panel-settings'), pageCatalogue, {
    environment: (name) => apply(configs().map((config) => withEnvironment(config, name))),
    objective: (run, name) =>
      apply(configs().map((config, i) => (i === run ? withObjective(pageCatalogue, config, name) : config))),
    value: (run, place, name, value) => apply(withValueIn(pageCatalogue, configs(), run, { place, name, value })),
  });
  store.watch(
    ({ records }) => [records.length, ...records.map(({ config }) => config)],
    () => form.show(configs()),
  );

  const statePanel = createStatePanel(byId('panel-state'), {
    read(text) {
      const [config] = configs();
      const environment = config && environmentOf(config);
      if (environment === undefined) return 'There is no run to ask.';
      const reading = readState(environment, text);
      if ('problem' in reading) return reading.problem;
      look(reading.state, store.get().selection?.run ?? 0);
      return undefined;
    },
    look: (state) => look(state, store.get().selection?.run ?? 0),
  });
  store.watch(
    ({ selection }) => [selection],
    ([selection]) => {
      const { records } = store.get();
      const name = selection && records.length > 1 ? (selection.run === 0 ? 'on the left' : 'on the right') : undefined;
      statePanel.show(selection?.view, selection?.problem, name);
    },
  );
  store.watch(
    ({ records: [first] }) => [first?.config.environment, JSON.stringify(first?.config.environmentOptions)],
    () => {
      const [config] = configs();
      const environment = config && conflictOf(config) === undefined ? environmentOf(config) : undefined;
      if (environment === undefined) return;
      const state = new Int32Array(environment.stateSize);
      environment.initial(state);
      statePanel.hint(environment.text(state));
      store.set({ selection: undefined });
    },
  );

  let lookedAt = Number.NEGATIVE_INFINITY;
  /** Asks a run what it thinks of a state. */
  function look(state: readonly number[], run: number): void {
    const before = store.get().selection;
    const isSame = before?.run === run && before.state.join() === state.join();
    store.set({ selection: isSame ? before : { state, run } });
    lookedAt = performance.now();
    const isAsked = () => {
      const { selection } = store.get();
      return selection?.run === run && selection.state.join() === state.join();
    };
    session.inspect(run, state).then(
      (view) => {
        if (isAsked()) store.set({ selection: { state, run, view } });
      },
      (error: unknown) => {
        const problem = error instanceof Error ? error.message : String(error);
        if (isAsked()) store.set({ selection: { state, run, problem } });
      },
    );
  }
  function lookAgain(run: number): void {
    const { selection } = store.get();
    const isDue = performance.now() - lookedAt > lookAgainEvery;
    if (selection?.run === run && isDue && !byId('panel-state').hidden) look(selection.state, run);
  }

  byId('share').addEventListener('click', () => {
    const { origin, pathname } = location;
    const hash = addressOf(configs());
    void copyText(`${origin}${pathname}#${hash}`, 'Address of this run', () =>
      toasts.say('The address of this run is copied: configuration and seed.'),
    );
  });
  byId('save').addEventListener('click', async () => {
    try {
      const bytes = await session.save(0);
      const { config, step } = readHead(bytes);
      download(bytes, fileNameOf(config, step));
      const which = configs().length > 1 ? 'The left run' : 'The run';
      toasts.say(`${which} is saved as it was at iteration ${grouped(step)}.`);
    } catch (error) {
      toasts.say(`The run cannot be saved. ${textOf(error)}`, { bad: true });
    }
  });
  const files = createFileInput(async (file) => {
    try {
      if (file.size > largestCheckpoint) throw new Error('It is larger than any that a page writes.');
      const bytes = new Uint8Array(await file.arrayBuffer());
      const { config, step } = readHead(bytes);
      open([{ ...config, device: configs()[0]?.device ?? 'auto' }], { checkpoint: bytes });
      toasts.say(`Going on from iteration ${grouped(step)} of ${file.name}.`);
    } catch (error) {
      toasts.say(`${file.name} is not loaded, and the run here goes on as it was. ${textOf(error)}`, { bad: true });
    }
  });
  byId('load').addEventListener('click', files.choose);
  byId('self-check').addEventListener('click', () => selfCheck.open(session.selfCheck));

  const redraw = () => {
    store.redraw();
    curves.refit();
  };
  createThemeSwitch(redraw);
  // Watched with a frame between: a picture's size must not decide its own size.
  const sizes = new ResizeObserver(() => requestAnimationFrame(redraw));
  for (const id of ['pictures', 'variation-chart']) sizes.observe(byId(id));
  document.addEventListener('visibilitychange', () => session.setVisible(document.visibilityState === 'visible'));

  const openAddress = () => {
    const { configs: asked, problem } = runsOfAddress(location.hash);
    open(asked);
    if (problem !== undefined) toasts.say(`${problem} Here is the first example instead.`, { bad: true });
  };
  addEventListener('hashchange', openAddress);
  openAddress();
}

/** As many iterations again. */
function longer(config: RunConfig): RunConfig {
  return { ...config, steps: 2 * config.steps };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
