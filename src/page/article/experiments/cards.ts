import { messageOf } from '../../../text/message-of.ts';
import { createRunClient, type RunClient, type WorkerLike } from '../../run-client.ts';
import { shortCount } from '../../ui/chart-data.ts';
import { button, byId, make, setText } from '../../ui/dom.ts';
import { withTerms } from '../../ui/term-button.ts';
import { withSubscripts } from '../../ui/typeset.ts';
import { createLineChart } from '../line-chart.ts';
import { type Experiment, experiments, pageSeeds, sentencesOf } from './catalogue.ts';
import { runTrial } from './run-trial.ts';
import { type ArmResult, bandOf, commonEnd, type Measure, type Trial, type TrialPoint } from './trial.ts';

/** Both ways of comparing, side by side: which method is ahead may differ between them. */
const measures: readonly { measure: Measure; title: string; horizontal: (value: number) => string }[] = [
  { measure: 'trajectories', title: 'Equal walks', horizontal: (value) => shortCount(Math.round(value)) },
  { measure: 'seconds', title: 'Equal time', horizontal: (value) => `${Number(value.toPrecision(2))} s` },
];

/** The experiments, each on a card; only one runs at a time. */
export function createExperiments(startWorker: () => WorkerLike): void {
  const client = createRunClient(startWorker);
  const stops: (() => void)[] = [];
  const takeTurn = (stop: () => void) => {
    for (const other of stops) if (other !== stop) other();
    if (!stops.includes(stop)) stops.push(stop);
  };
  byId('experiment-cards').append(
    ...experiments.map((experiment, i) => createCard(experiment, i + 1, client, takeTurn)),
  );
}

function createCard(
  experiment: Experiment,
  number: number,
  client: RunClient,
  takeTurn: (stop: () => void) => void,
): HTMLElement {
  const { name, question, text, arms, predictions, iterations } = experiment;
  let predicted: number | undefined;
  let turn = 0;
  let results: readonly ArmResult[] = [];
  const guesses = predictions.map((prediction, i) => {
    const guess = make('input', { type: 'radio', name: `prediction-${name}`, value: String(i) });
    guess.addEventListener('change', () => {
      predicted = i;
      run.disabled = false;
      setText(state, 'Now run it.');
    });
    return {
      guess,
      label: make('label', { className: 'check' }, guess, make('span', {}, ...withSubscripts(prediction.text))),
    };
  });
  const run = button('Run it', () => void start(), 'primary');
  run.disabled = true;
  run.setAttribute('aria-describedby', `state-${name}`);
  const state = make('p', { className: 'caption', id: `state-${name}` }, 'What do you expect? Choose, then run it.');
  state.setAttribute('role', 'status');
  const outcome = make('div', { className: 'outcome', hidden: true });
  const key = make('ul', { className: 'line-keys' }, ...arms.map((arm, i) => keyOf(arm.name, arm.settings, i)));
  const comparisons = measures.map(({ measure, title, horizontal }) => {
    const place = make('div', { className: 'comparison' });
    const chart = createLineChart(place, {
      ...{ title, horizontal, isLog: true, high: 1 },
      note: 'misplaced probability: median and range of the seeds',
    });
    const verdict = make('p');
    place.append(verdict);
    return { measure, place, chart, verdict };
  });
  const finding = make('p');
  outcome.append(
    key,
    make('p', { className: 'caption' }, 'Each name opens its run in the laboratory.'),
    make('div', { className: 'comparisons' }, ...comparisons.map(({ place }) => place)),
    finding,
  );

  const draw = () => {
    const isOver = results.length > 0 && results.every(({ trials }) => trials.length === pageSeeds.length);
    for (const { measure, chart } of comparisons) {
      chart.draw(
        results.flatMap((arm, colour) => {
          // While it runs, a line extends as far as its own trials; at the end as far as all trials.
          const done = arm.trials.filter(({ learnt }) => learnt.length > 0);
          const shown = { ...arm, trials: done.length > 0 ? done : arm.trials };
          if (shown.trials.length === 0) return [];
          const end = commonEnd(isOver ? results : [shown], measure);
          return [{ name: arm.name, colour, points: bandOf(shown, measure, end) }];
        }),
      );
    }
  };
  const stop = () => {
    if (run.textContent !== 'Stop') return;
    turn++;
    client.terminate();
    setText(run, 'Run it');
    setText(state, 'Stopped.');
  };
  const start = async () => {
    if (run.textContent === 'Stop') return stop();
    takeTurn(stop);
    const mine = ++turn;
    setText(run, 'Stop');
    outcome.hidden = false;
    for (const said of [...comparisons.map((each) => each.verdict), finding]) said.replaceChildren();
    results = arms.map((arm) => ({ name: arm.name, trials: [] }));
    draw();
    try {
      for (const [turnOfSeed, seed] of pageSeeds.entries()) {
        let seconds = 0;
        for (const [i, arm] of arms.entries()) {
          setText(state, `${arm.name}, seed ${turnOfSeed + 1} of ${pageSeeds.length}.`);
          const before = results[i].trials;
          let points: readonly TrialPoint[] = [];
          const under = (trial: Trial) => {
            results = results.map((arm, other) => (other === i ? { ...arm, trials: [...before, trial] } : arm));
            draw();
          };
          const trial = await runTrial(client, arm, seed, { iterations, seconds }, (point) => {
            points = [...points, point];
            if (turn === mine) under({ seed, points, learnt: [], target: [] });
          });
          if (turn !== mine) return;
          under(trial);
          seconds = Math.max(seconds, trial.points[trial.points.length - 1].seconds);
        }
      }
      const prediction = predictions[predicted ?? 0];
      const verdict = prediction.holds(results)
        ? `You expected: “${prediction.text}”. So it was.`
        : `You expected: “${prediction.text}”. These runs do not show that.`;
      for (const [i, said] of [...comparisons.map((each) => each.verdict), finding].entries()) {
        said.replaceChildren(...withSubscripts(sentencesOf(experiment, results)[i]));
      }
      setText(state, verdict);
      setText(run, 'Run it again');
    } catch (error) {
      if (turn !== mine) return;
      setText(state, `It could not be run to its end: ${messageOf(error)}`);
      setText(run, 'Run it');
    }
  };
  const fields = make(
    'fieldset',
    { className: 'guesses' },
    make('legend', {}, 'Before you run it: what do you expect?'),
    ...guesses.map(({ label }) => label),
  );
  const card = make(
    'section',
    { className: 'card', id: `experiment-${name}` },
    make(
      'div',
      { className: 'question' },
      make('h3', {}, `${number}. ${question}`),
      make('p', {}, ...withTerms(text, withSubscripts)),
    ),
    make('div', { className: 'expectation' }, fields, make('div', { className: 'row' }, run, state)),
    outcome,
  );
  card.setAttribute('aria-label', question);
  draw();
  return card;
}

function keyOf(name: string, settings: string, colour: number): HTMLElement {
  const link = make('a', { href: `#${settings}&steps=100000` }, ...withSubscripts(name));
  link.title = 'Open in the laboratory';
  return make('li', { className: `line-${colour}` }, link);
}
