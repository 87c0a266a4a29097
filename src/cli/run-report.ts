import type { ObjectPicture } from '../environment/environment.ts';
import { catalogue } from '../run/catalogue.ts';
import { effectiveOptions } from '../run/effective-options.ts';
import type { RunConfig } from '../run/run-config.ts';
import type { Metrics } from '../train/index.ts';
import { figure, html, type Markup, page, pairs } from './page.ts';
import type { RunPictures } from './pictures.ts';
import { flagRows } from './setting-flags.ts';
import { counted, formatCount, formatDuration, formatRate, metricRows, sampledFigures } from './text.ts';

/** The contents of a run's report. */
export interface RunReport {
  readonly version: string;
  readonly config: RunConfig;
  readonly status: 'finished' | 'stopped' | 'failed';
  /** Kind and description. */
  readonly device: string;
  readonly host: string;
  /** When it ended, in ISO 8601. */
  readonly ended: string;
  /** The command that repeats the run, into another folder. */
  readonly command: string;
  /** Completed iterations. */
  readonly steps: number;
  readonly trajectories: number;
  readonly seconds: number;
  readonly parameters: number;
  readonly metrics: Metrics;
  readonly pictures: RunPictures;
  /** The problem's own pictures of its objects. */
  readonly own?: readonly ObjectPicture[] | undefined;
  /** The name of what is drawn for each trajectory, such as an inverse temperature. */
  readonly condition?: string | undefined;
  /** What objects are rewarded for, and how many of the best are kept. */
  readonly reward: string;
  readonly kept: number;
  /** The reason of a failure. */
  readonly failure?: string;
}

/** Identifies a run in a few words. */
export function describeRun({ problem, objective, seed }: RunConfig): string {
  return `${problem} with ${objective}, seed ${seed}`;
}

/** The report of a run as one HTML file that loads nothing: final figures, pictures, settings. */
export function runReport(run: RunReport): string {
  const { config, status, steps, trajectories, seconds, pictures } = run;
  const pace = seconds > 0 ? `, ${formatRate(steps / seconds)} iterations/s with evaluations` : '';
  const ended =
    status === 'finished'
      ? 'Finished'
      : `${status === 'failed' ? 'Failed' : 'Stopped'} before its end at ${counted(config.steps, 'iteration')}`;
  const isSampled = run.metrics.elbo !== undefined;
  return page({
    title: describeRun(config),
    body: [
      html`<p class="soft">${ended}: ${counted(steps, 'iteration')} of ${counted(config.batch, 'trajectory')}, ${formatCount(trajectories)} in all, in ${formatDuration(seconds)}${pace}, on ${run.device}.</p>`,
      ...(run.failure === undefined ? [] : [html`<p>It failed: ${run.failure}</p>`]),
      ...(isSampled ? [html`<p>Reward: ${run.reward}.</p>`] : []),
      html`<h2>Figures of the sampler at the end</h2>\n${pairs(metricRows(run.metrics))}`,
      ...(isSampled
        ? [
            html`<details><summary>What these figures are</summary>\n${pairs([...sampledFigures, ...drawnFigures(run)])}</details>`,
          ]
        : []),
      ...moleculeFigures(run),
      html`<h2>How it learnt</h2>`,
      figure(pictures.curve, {
        name: 'curve',
        caption: isSampled
          ? 'Evaluations over the run, each on newly sampled trajectories. A trajectory is one object sampled and rewarded.'
          : 'Evaluations over the run. A trajectory is one object sampled and rewarded.',
      }),
      ...(pictures.distribution === undefined
        ? []
        : [
            html`<h2>What it samples</h2>`,
            figure(pictures.distribution, {
              name: 'distribution',
              caption:
                'Exact probabilities of the sampler at the end, and those that it should have: reward over partition function.',
            }),
          ]),
      ...(run.own ?? []).flatMap(({ name, title, caption, svg }) => [
        html`<h2>${title}</h2>`,
        figure(svg, { name, caption, onPaper: true }),
      ]),
      html`<h2>Settings</h2>\n<p>The same run again: <code>${run.command}</code></p>\n${pairs([...settingRows(config, run), ['host', run.host], ['ended', run.ended]])}`,
    ],
  });
}

/** What figures mean where each trajectory has its own condition. */
function drawnFigures({ condition }: RunReport): [string, string][] {
  if (condition === undefined) return [];
  return [[condition, 'each trajectory has its own; all figures, also log Z, ELBO and EUBO, are averages over them']];
}

/** The best and the most diverse molecules, if they were drawn. */
function moleculeFigures({ pictures, kept }: RunReport): Markup[] {
  const { bestMolecules, diverseMolecules } = pictures;
  if (bestMolecules === undefined || diverseMolecules === undefined) return [];
  const place = 'Under each its score and SMILES; all that are kept are in objects.csv.';
  return [
    html`<h2>The best molecules</h2>`,
    figure(bestMolecules, {
      ...{ name: 'best-molecules', onPaper: true },
      caption: `Of all that the run has sampled. ${place}`,
    }),
    html`<h2>The most diverse of the best ${formatCount(kept)}</h2>`,
    figure(diverseMolecules, {
      ...{ name: 'diverse-molecules', onPaper: true },
      caption: 'The best one, and then one after another the one whose fingerprint is farthest from those chosen.',
    }),
  ];
}

/** A run's settings that have an effect, under their command-line names. */
export function settingRows(
  config: RunConfig,
  { version, parameters, device }: Partial<Pick<RunReport, 'version' | 'parameters' | 'device'>> = {},
): [string, string][] {
  const { problemOptions, objectiveOptions, trainingOptions } = effectiveOptions(catalogue, config);
  return [
    ['problem', config.problem],
    ...flagRows(problemOptions),
    ['--objective', config.objective],
    ...flagRows(objectiveOptions),
    ['--steps', formatCount(config.steps)],
    ['--batch', formatCount(config.batch)],
    ...flagRows(trainingOptions),
    ...flagRows({ evaluateEvery: config.evaluateEvery }),
    ['--seed', String(config.seed)],
    ...(device === undefined ? [] : [['device', device] as [string, string]]),
    ...(parameters === undefined ? [] : [['parameters', formatCount(parameters)] as [string, string]]),
    ...(version === undefined ? [] : [['flowtape', version] as [string, string]]),
  ];
}
