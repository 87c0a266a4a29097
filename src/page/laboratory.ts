import { withSteps } from '../run/run-checkpoint.ts';
import type { RunConfig } from '../run/run-config.ts';
import { whenSeen } from './article/live-run.ts';
import { pageCatalogue } from './catalogue.ts';
import { defaultConfig } from './default-config.ts';
import { keptRunsOfTab } from './kept-run.ts';
import type { WorkerLike } from './run-client.ts';
import { fileNameOf, readHead } from './ui/checkpoint.ts';
import { createCheckpointButtons } from './ui/checkpoint-actions.ts';
import { createCurves } from './ui/curves.ts';
import { byId } from './ui/dom.ts';
import { createExport } from './ui/export-dialog.ts';
import { download } from './ui/files.ts';
import { createLede } from './ui/lede.ts';
import { createLegend } from './ui/legend.ts';
import { cellState } from './ui/objects.ts';
import { createOverlay } from './ui/overlay.ts';
import { createPageRuns } from './ui/page-runs.ts';
import { firstState, isRunning, type PageState } from './ui/page-state.ts';
import { createPainter } from './ui/painter.ts';
import { createPictures } from './ui/pictures.ts';
import { createRankingView } from './ui/ranking-view.ts';
import { createReadout } from './ui/readout.ts';
import { conflictOf, counterpart, withObjective, withProblem, withValueIn } from './ui/run-form.ts';
import { createRunKeeper } from './ui/run-keeper.ts';
import { createRunList } from './ui/run-list-view.ts';
import { createRunPanel } from './ui/run-panel.ts';
import type { RunRecord } from './ui/run-record.ts';
import { createSeedTrainer } from './ui/seed-trainer.ts';
import { createSettingsForm } from './ui/settings-form.ts';
import { type By, createSettingsHistory } from './ui/settings-history.ts';
import { addressOf, isSameAddress, runsOfAddress } from './ui/share.ts';
import { createStateLook } from './ui/state-look.ts';
import { createStore } from './ui/store.ts';
import { createTabs } from './ui/tabs.ts';
import { createToasts } from './ui/toasts.ts';
import { typedRewardOf, withoutTypedReward } from './ui/typed-reward.ts';
import { createUndo } from './ui/undo.ts';
import { createViewControls } from './ui/view-controls.ts';
import { grouped, sentence } from './ui/words.ts';

/**
 * Assembles the laboratory and starts its run.
 * @param startWorker starts a training worker
 * @param whenThemed registers a function to call when colours change
 */
export function startLaboratory(startWorker: () => WorkerLike, whenThemed: (changed: () => void) => void): void {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const store = createStore<PageState>({ ...firstState, walksShown: !calm }, requestAnimationFrame);
  const toasts = createToasts(byId('toasts'));
  const tabs = createTabs();
  const pageRuns = createPageRuns({
    store,
    startWorker,
    heard(run, message) {
      if (message.kind === 'refusal' && message.request === undefined) toasts.say(message.problem, { bad: true });
      if (message.kind === 'opened' && run === 0) painter.settled(message.run.config);
      if (message.kind === 'opened' || message.kind === 'metrics') states.again(run);
      // The initial example never ends: there is always something to see, and to change.
      if (message.kind === 'status' && message.status === 'finished' && isExample && configs().length === 1)
        apply(configs().map(longer), 'page');
    },
  });
  const configs = () => store.get().records.map(({ config }) => config);
  let isExample = false;
  /** Back and forward lead through the runs' settings. */
  const settings = createSettingsHistory((before) => {
    const { configs: next } = runsOfAddress(before);
    if (addressOf(next) === addressOf(configs())) return;
    if (next.length !== configs().length) {
      return void discard.ending('The runs are others.', () => {
        open(next);
        settings.follow(addressOf(configs()), 'page');
      });
    }
    const problem = apply(next, 'page');
    if (problem !== undefined) toasts.say(problem, { bad: true });
  });
  const follow = (by: By = 'visitor') => settings.follow(addressOf(configs()), by);
  const open = (next: readonly RunConfig[]) => pageRuns.open(next.map((config) => ({ config })));
  const discard = createUndo(store, pageRuns, toasts, () => follow());

  /** Applies settings to all runs, or returns why they cannot be used. */
  const apply = (next: readonly RunConfig[], by: By = 'visitor'): string | undefined => {
    const problem = next.map(conflictOf).find((conflict) => conflict !== undefined);
    if (problem !== undefined) return problem;
    const change = () => {
      next.forEach((config, run) => {
        if (config !== configs()[run]) pageRuns.change(run, goingOn(store.get().records[run], config));
      });
      follow(by);
    };
    // A run with other networks restarts.
    const before = configs();
    const discards = next.some(
      ({ objective, seed, problem }, run) =>
        objective !== before[run].objective || seed !== before[run].seed || problem !== before[run].problem,
    );
    if (discards) void discard.changing('The run began anew.', change);
    else change();
    return undefined;
  };

  const painter = createPainter(store, (change) => {
    const problem = apply(configs().map(change));
    if (problem !== undefined) toasts.say(problem, { bad: true });
  });
  const states = createStateLook(store, pageRuns.inspect);
  createPictures(store, {
    choose(run, coordinates) {
      states.look(cellState(coordinates), run);
      if (store.get().paintLevel === undefined) tabs.open('state');
    },
    paint: painter.paint,
    level: painter.setLevel,
    announce: (text) => panel.announce(text),
  });
  createLede(store);
  createLegend(store);
  createReadout(store, tabs);
  createViewControls(store);
  createRankingView(store);
  const curves = createCurves(store);
  createSeedTrainer(store, startWorker);
  createRunList(
    store,
    {
      open: (config) =>
        void discard.ending('The run in the pictures is another.', () => {
          isExample = false;
          open([config]);
          follow();
        }),
    },
    toasts,
  );
  const panel = createRunPanel(store, {
    toggle() {
      if (isRunning(store.get())) pageRuns.pause();
      else if (store.get().records.every(({ status }) => status === 'finished')) apply(configs().map(longer));
      else pageRuns.resume();
    },
    step: () => pageRuns.step(),
    restart: () => void discard.ending('The run began anew.', () => open(configs())),
    compare() {
      const [first, second] = configs();
      if (first === undefined) return;
      if (second) {
        pageRuns.dropSecond();
        return follow();
      }
      const beside = counterpart(pageCatalogue, first, first.objective === 'tb' ? 'ent-ppo' : 'tb');
      void discard.ending('Both began anew, side by side.', () => {
        open([first, beside]);
        follow();
      });
    },
  });
  createOverlay(store, {
    goOn(checkpoint, onCpu) {
      const failed = store.get().records.findIndex(({ failure }) => failure !== undefined);
      pageRuns.open(
        configs().map((config, run) => ({
          config: onCpu ? { ...config, device: 'cpu' } : config,
          ...(run === failed && checkpoint ? { checkpoint } : {}),
        })),
      );
    },
    restart: () => open(configs()),
    reset: () => open([defaultConfig()]),
    save: (checkpoint) => download(checkpoint, fileNameOf(configs()[0], readHead(checkpoint).step)),
  });

  const form = createSettingsForm(byId('panel-settings'), pageCatalogue, {
    problem: (name) => apply(configs().map((config) => withProblem(config, name))),
    objective: (run, name) =>
      apply(configs().map((config, i) => (i === run ? withObjective(pageCatalogue, config, name) : config))),
    value: (run, place, name, value) =>
      apply(withValueIn(pageCatalogue, configs(), run, { place, name, value, painting: painter.start() })),
  });
  store.watch(
    ({ records }) => [records.length, ...records.map(({ config }) => config)],
    () => form.show(configs()),
  );
  createExport(store, toasts);
  createCheckpointButtons(
    {
      configs,
      save: () => pageRuns.save(0),
      goOn(config, checkpoint, text) {
        void discard.ending(text, () => {
          isExample = false;
          pageRuns.open([{ config: { ...config, device: configs()[0]?.device ?? 'auto' }, checkpoint }]);
        });
      },
    },
    toasts,
  );

  const redraw = () => {
    store.redraw();
    curves.refit();
  };
  whenThemed(redraw);
  // Observed with a frame in between: a picture's size must not determine itself.
  const sizes = new ResizeObserver(() => requestAnimationFrame(redraw));
  for (const id of ['pictures', 'charts']) sizes.observe(byId(id));
  whenSeen(byId('laboratory'), (seen) => {
    if (document.visibilityState === 'visible') pageRuns.hold(!seen);
  });
  document.addEventListener('visibilitychange', () => pageRuns.setVisible(document.visibilityState === 'visible'));

  /** An expression from elsewhere is shown, but only evaluated when the visitor agrees. */
  const offer = (asked: readonly RunConfig[]) => {
    const typed = asked.map(typedRewardOf).find((text) => text !== undefined);
    if (typed === undefined) return;
    toasts.say(`The address brings a reward that was typed: ${typed}`, {
      stays: true,
      choice: {
        text: 'Use it',
        act() {
          const problem = apply(asked);
          if (problem !== undefined) toasts.say(problem, { bad: true });
        },
      },
    });
  };
  /** An address that names a part of the page does not request a run. */
  const hash = () => (document.getElementById(location.hash.slice(1)) ? '' : location.hash);
  const openAddress = () => {
    isExample = hash().length < 2;
    const { configs: asked, problem } = runsOfAddress(hash());
    open(asked.map(withoutTypedReward));
    settings.begin(addressOf(configs()));
    offer(asked);
    if (problem !== undefined) toasts.say(`${sentence(problem)} Here is the first example instead.`, { bad: true });
  };
  addEventListener('hashchange', () => {
    if (hash() !== '' && !settings.isHere()) openAddress();
  });
  const keeper = createRunKeeper(
    { store, pageRuns, keptOf: (wasHere) => keptRunsOfTab(wasHere, tabStorage()) },
    (problem) => toasts.say(sentence(problem)),
  );
  void keeper.recall().then(({ runs, listed = [] }) => {
    // An explicit address comes first; kept runs are for those who reload the page, return to it, or request nothing.
    const isAsked = keeper.wasHere || hash().length < 2 || isSameAddress(hash(), runs);
    if (runs.length === 0 || !isAsked) return openAddress();
    isExample = hash().length < 2;
    store.set({ listed });
    pageRuns.open(runs);
    settings.begin(addressOf(configs()));
    if (!isSameAddress(hash(), runs)) offer(runsOfAddress(hash()).configs);
    const [{ step }] = runs;
    toasts.say(`Going on with the run that was kept here, from iteration ${grouped(step)}.`, {
      choice: { text: 'Start anew', act: () => open(configs()) },
    });
  });
}

/** The settings for a run: one that has ended trains on with them, since otherwise their effect would not show. */
function goingOn({ status, progress }: RunRecord, config: RunConfig): RunConfig {
  const isOver = status === 'finished' && config.steps <= (progress?.step ?? 0);
  return isOver ? longer(config) : config;
}

/** Storage that lives as long as the tab; a browser may have none, or refuse it. */
function tabStorage(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}

/** Doubles the number of iterations. */
function longer(config: RunConfig): RunConfig {
  return withSteps(config, 2 * config.steps);
}
