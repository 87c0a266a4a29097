import { messageOf } from '../../../text/message-of.ts';
import { createRunClient, type RunClient, type WorkerLike } from '../../run-client.ts';
import { shortCount } from '../../ui/chart-data.ts';
import { button, byId, make, setText } from '../../ui/dom.ts';
import { createLineChart } from '../line-chart.ts';
import { type Experiment, experiments, pageSeeds, sentencesOf } from './catalogue.ts';
import { runTrial } from './run-trial.ts';
import { type ArmResult, bandOf, commonEnd, type Measure, type Trial, type TrialPoint } from './trial.ts';

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
  let measure: Measure = 'trajectories';
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
  const sentences = make('div', { className: 'sentences' });
  const key = make('ul', { className: 'line-keys' }, ...arms.map((arm, i) => keyOf(arm.name, arm.settings, i)));
  const axis = make('div', { className: 'segments' });
  axis.setAttribute('role', 'group');
  axis.setAttribute('aria-label', 'Compared at equal');
  const choices = (['trajectories', 'seconds'] as const).map((choice) => {
    const made = button(choice === 'trajectories' ? 'Equal walks' : 'Equal time', () => {
      measure = choice;
      draw();
    });
    axis.append(made);
    return { choice, made };
  });
  const chart = createLineChart(outcome, {
    title: 'Misplaced probability',
    note: 'median and range of the seeds',
    isLog: true,
    high: 1,
    horizontal: (value) => (measure === 'trajectories' ? shortCount(Math.round(value)) : `${value.toPrecision(2)} s`),
  });
  outcome.append(
    axis,
    key,
    make('p', { className: 'caption' }, 'Each name opens its run in the laboratory.'),
    sentences,
  );

  const draw = () => {
    for (const { choice, made } of choices) made.setAttribute('aria-pressed', String(choice === measure));
    const isOver = results.length > 0 && results.every(({ trials }) => trials.length === pageSeeds.length);
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
    sentences.replaceChildren();
    results = arms.map((arm) => ({ name: arm.name, trials: [] }));
    chart.draw([]);
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
        : `You expected: “${prediction.text}”. It was not so.`;
      sentences.replaceChildren(
        ...sentencesOf(experiment, results).map((sentence) => make('p', {}, ...withSubscripts(sentence))),
      );
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
    make('h3', {}, `${number}. ${question}`),
    make('p', {}, ...withSubscripts(text)),
    fields,
    make('div', { className: 'row' }, run, state),
    outcome,
  );
  card.setAttribute('aria-label', question);
  draw();
  return card;
}

/** A text with symbols typeset: P_B becomes a P with a subscript B. */
function withSubscripts(text: string): (Node | string)[] {
  // A number and its percent sign stay on one line.
  return text
    .replaceAll(' %', '\u00a0%')
    .split(/_(\w)/)
    .map((part, i) => (i % 2 === 0 ? part : make('sub', {}, part)));
}

function keyOf(name: string, settings: string, colour: number): HTMLElement {
  const link = make('a', { href: `#${settings}&steps=100000` }, ...withSubscripts(name));
  link.title = 'Open in the laboratory';
  return make('li', { className: `line-${colour}` }, link);
}
