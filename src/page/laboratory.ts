import { withSteps } from '../run/run-checkpoint.ts';
import type { RunConfig } from '../run/run-config.ts';
import { whenSeen } from './article/live-run.ts';
import { pageCatalogue } from './catalogue.ts';
import { defaultConfig } from './default-config.ts';
import { createOwnEnvironments, madeOf, typedProblem } from './own/own-environments.ts';
import type { WorkerLike } from './run-client.ts';
import { fileNameOf, readHead } from './ui/checkpoint.ts';
import { createCheckpointButtons } from './ui/checkpoint-actions.ts';
import { createCurves } from './ui/curves.ts';
import { byId } from './ui/dom.ts';
import { createExport } from './ui/export-dialog.ts';
import { download } from './ui/files.ts';
import type { KnownRun } from './ui/known-run.ts';
import { createLede } from './ui/lede.ts';
import { createLegend } from './ui/legend.ts';
import { cellState } from './ui/objects.ts';
import { createOverlay } from './ui/overlay.ts';
import { createPageRuns } from './ui/page-runs.ts';
import { firstState, isRunning, type PageState } from './ui/page-state.ts';
import { createPainter } from './ui/painter.ts';
import { createPictures } from './ui/pictures.ts';
import { createProgramEditor } from './ui/program-editor.ts';
import { createRankingView } from './ui/ranking-view.ts';
import { createReadout } from './ui/readout.ts';
import { conflictOf, counterpart, withObjective, withProblem, withValueIn } from './ui/run-form.ts';
import { createRunList } from './ui/run-list-view.ts';
import { createRunOpening } from './ui/run-opening.ts';
import { createRunPanel } from './ui/run-panel.ts';
import { createSeedTrainer } from './ui/seed-trainer.ts';
import { createSettingsForm } from './ui/settings-form.ts';
import { type By, createSettingsHistory } from './ui/settings-history.ts';
import { addressOf, runsOfAddress } from './ui/share.ts';
import { createStateLook } from './ui/state-look.ts';
import { createStore } from './ui/store.ts';
import { createTabs } from './ui/tabs.ts';
import { createToasts } from './ui/toasts.ts';
import { createUndo } from './ui/undo.ts';
import { createViewControls } from './ui/view-controls.ts';

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
      if (message.kind === 'status' && message.status === 'finished' && opening.isExample && configs().length === 1)
        apply(configs().map(longer), 'page');
    },
  });
  const configs = () => store.get().knownRuns.map(({ config }) => config);
  const own = createOwnEnvironments();
  /** Back and forward lead through the runs' settings. */
  const settings = createSettingsHistory((before) => {
    const next = runsOfAddress(before).configs.map(own.completed);
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
  const follow = (by: By = 'visitor') => {
    own.remember(configs());
    settings.follow(addressOf(configs()), by);
  };
  const open = (next: readonly RunConfig[]) => pageRuns.open(next.map((config) => ({ config })));
  const discard = createUndo(store, pageRuns, toasts, () => follow());

  /** Applies settings to all runs, or returns why they cannot be used. */
  const apply = (next: readonly RunConfig[], by: By = 'visitor'): string | undefined => {
    const problem = next.map(conflictOf).find((conflict) => conflict !== undefined);
    if (problem !== undefined) return problem;
    const change = () => {
      next.forEach((config, run) => {
        if (config !== configs()[run]) pageRuns.change(run, goingOn(store.get().knownRuns[run], config));
      });
      follow(by);
    };
    // A run with other networks restarts.
    const before = configs();
    const discards = next.some(
      (config, run) =>
        config.objective !== before[run].objective ||
        config.seed !== before[run].seed ||
        config.problem !== before[run].problem ||
        madeOf(config) !== madeOf(before[run]),
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
          opening.leaveExample();
          open([config]);
          follow();
        }),
    },
    toasts,
  );
  const panel = createRunPanel(store, {
    toggle() {
      if (isRunning(store.get())) pageRuns.pause();
      else if (store.get().knownRuns.every(({ status }) => status === 'finished')) apply(configs().map(longer));
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
    continueRun(checkpoint, onCpu) {
      const failed = store.get().knownRuns.findIndex(({ failure }) => failure !== undefined);
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

  const typed = typedProblem();
  const editor = createProgramEditor(typed, (program, made) => {
    const problemOptions = { [typed.program]: program.trim(), [typed.made]: made };
    opening.leaveExample();
    const problem = apply(configs().map((config) => ({ ...withProblem(config, typed.name), problemOptions })));
    // The button says that it trains; the runs may have been paused.
    if (problem === undefined) pageRuns.resume();
    return problem;
  });
  const opening = createRunOpening({ store, pageRuns, settings, toasts, own, editor, apply });

  const form = createSettingsForm(byId('panel-settings'), pageCatalogue, {
    program: (text) => editor.open(text),
    problem: (name) => apply(configs().map((config) => withProblem(config, name))),
    objective: (run, name) =>
      apply(configs().map((config, i) => (i === run ? withObjective(pageCatalogue, config, name) : config))),
    value: (run, place, name, value) =>
      apply(withValueIn(pageCatalogue, configs(), run, { place, name, value, painting: painter.start() })),
  });
  store.watch(
    ({ knownRuns }) => [knownRuns.length, ...knownRuns.map(({ config }) => config)],
    () => form.show(configs()),
  );
  createExport(store, toasts);
  createCheckpointButtons(
    {
      configs,
      save: () => pageRuns.save(0),
      continueRun(config, checkpoint, text) {
        void discard.ending(text, () => {
          opening.leaveExample();
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

  opening.begin();
}

/** The settings for a run: one that has ended trains on with them, since otherwise their effect would not show. */
function goingOn({ status, progress }: KnownRun, config: RunConfig): RunConfig {
  const isOver = status === 'finished' && config.steps <= (progress?.step ?? 0);
  return isOver ? longer(config) : config;
}

/** Doubles the number of iterations. */
function longer(config: RunConfig): RunConfig {
  return withSteps(config, 2 * config.steps);
}
