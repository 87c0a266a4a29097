import { chartAxes, chartData, placeOn, placeText, valueAt } from './chart-data.ts';
import { chartFigure } from './chart-figures.ts';
import { type CurveChart, createCurveChart } from './curve-chart.ts';
import { arrange, button, byId, make, setText } from './dom.ts';
import type { PageState } from './page-state.ts';
import { chartNames, lineNames, linesOf, shownCharts, wholeOf } from './run-lines.ts';
import type { Store } from './store.ts';
import { withTerms } from './term-button.ts';
import { capitalised, figure as figureText } from './words.ts';

interface ShownChart {
  readonly name: string;
  readonly root: HTMLElement;
  readonly plot: HTMLElement;
  readonly values: HTMLElement;
  readonly chart: CurveChart;
}

/** The charts of the runs: their metrics, their axis, and the values at the cursor. */
export function createCurves(store: Store<PageState>): { refit(): void } {
  const place = byId('charts');
  const axes = byId('chart-axes');
  const choice = byId('chart-figures');
  const cursor = byId<HTMLInputElement>('chart-cursor');
  let shown: readonly ShownChart[] = [];
  /** Whether the cursor follows a pointer, and disappears with it; a cursor set by keys stays. */
  let isPointed = false;
  const point = (x: number | undefined) => {
    if (x === undefined && !isPointed) return;
    isPointed = x !== undefined;
    store.set({ cursor: x });
  };

  for (const axis of chartAxes) {
    const made = button(capitalised(axis), () => store.set({ axis, cursor: undefined }));
    made.setAttribute('role', 'radio');
    axes.append(made);
  }
  store.watch(
    ({ axis }) => [axis],
    ([axis]) => {
      for (const [i, each] of chartAxes.entries()) {
        axes.children[i].setAttribute('aria-checked', String(each === axis));
        (axes.children[i] as HTMLElement).tabIndex = each === axis ? 0 : -1;
      }
    },
  );
  axes.addEventListener('keydown', ({ key }) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (by === undefined) return;
    const at = (chartAxes.indexOf(store.get().axis) + by + chartAxes.length) % chartAxes.length;
    store.set({ axis: chartAxes[at], cursor: undefined });
    (axes.children[at] as HTMLElement).focus();
  });

  let boxes = new Map<string, { readonly label: HTMLElement; readonly box: HTMLInputElement }>();
  const boxOf = (name: string) => {
    const box = make('input', { type: 'checkbox' });
    box.addEventListener('change', () => {
      const others = shownCharts(store.get());
      const isWanted = (each: string) => (each === name ? box.checked : others.includes(each));
      store.set({ figures: chartNames(store.get()).filter(isWanted) });
    });
    return { box, label: make('label', { className: 'check' }, box, make('span', {}, chartFigure(name).title)) };
  };
  store.watch(
    (state) => [chartNames(state).join(), state.figures],
    () => {
      const state = store.get();
      const names = chartNames(state);
      const wanted = shownCharts(state);
      const choices = names.map((name) => boxes.get(name) ?? boxOf(name));
      for (const [i, { box }] of choices.entries()) box.checked = wanted.includes(names[i]);
      boxes = new Map(names.map((name, i) => [name, choices[i]]));
      arrange(
        choice,
        choices.map(({ label }) => label),
      );
      show(wanted);
    },
  );
  const show = (names: readonly string[]) => {
    for (const each of shown) if (!names.includes(each.name)) each.chart.destroy();
    shown = names.map((name) => shown.find((each) => each.name === name) ?? chartOf(name));
    arrange(
      place,
      shown.map(({ root }) => root),
    );
    draw();
  };
  const chartOf = (name: string): ShownChart => {
    const figure = chartFigure(name);
    const plot = make('div', { className: 'chart-plot' });
    plot.setAttribute('role', 'img');
    const values = make('p', { className: 'chart-values' });
    const head = make(
      'figcaption',
      {},
      make('h4', {}, ...withTerms(figure.title)),
      make('p', {}, ...withTerms(figure.note)),
    );
    return {
      name,
      plot,
      values,
      chart: createCurveChart(plot, figure, point),
      root: make('figure', { className: 'chart' }, head, plot, values),
    };
  };

  const draw = () => {
    const { axis, knownRuns, listed } = store.get();
    const lines = linesOf({ knownRuns, listed });
    const whole = wholeOf(lines, axis, knownRuns[0]?.config.steps);
    for (const { name, chart, plot } of shown) {
      const figure = chartFigure(name);
      const data = chartData(lines, figure, axis);
      chart.draw({ data, whole, level: knownRuns[0]?.levels[name] });
      const latest = data.series.map(({ middle }) => middle.findLast((value) => value !== null));
      const told = latest.map((value) => (typeof value === 'number' ? figureText(value) : 'none yet'));
      plot.setAttribute('aria-label', `${figure.title} over ${axis}, latest: ${told.join(' and ')}`);
    }
    const ends = lines.flatMap((line) => line.curves.map((curve) => curve[curve.length - 1])).filter(Boolean);
    const end = lines.flatMap((line) =>
      line.curves.flatMap((curve) => curve.slice(-1).map((point) => placeOn(axis, line, point))),
    );
    cursor.disabled = ends.length === 0;
    cursor.max = String(Math.max(0, ...end));
    cursor.step = axis === 'seconds' ? 'any' : '1';
    read();
  };
  store.watch(
    ({ knownRuns, listed, axis }) => [
      axis,
      listed,
      knownRuns.length,
      ...knownRuns.flatMap(({ curve, config }) => [curve, config]),
    ],
    draw,
  );

  /** Names are derived from settings, which takes longer than the time between pointer events. */
  let named: { of: readonly unknown[]; names: readonly string[] } = { of: [], names: [] };
  const namesOfLines = (state: PageState) => {
    const of = [state.listed, ...state.knownRuns.map(({ config }) => config)];
    const isSame = of.length === named.of.length && of.every((each, i) => each === named.of[i]);
    if (!isSame) named = { of, names: lineNames(state) };
    return named.names;
  };
  /** Each chart shows its lines' values at the cursor, in order. */
  const read = () => {
    const { axis, cursor: x, knownRuns, listed } = store.get();
    const lines = linesOf({ knownRuns, listed });
    setText(
      byId('chart-place'),
      x === undefined ? 'Point at a chart to read all of them there.' : `At ${placeText(axis, x)}`,
    );
    const names = x === undefined ? [] : namesOfLines(store.get());
    for (const { name, chart, values } of shown) {
      chart.mark(x);
      if (x === undefined) {
        if (values.childElementCount > 0) values.replaceChildren();
        continue;
      }
      const data = chartData(lines, chartFigure(name), axis);
      values.replaceChildren(
        ...data.series.map((series, i) => {
          const found = valueAt(data, series, x);
          const band =
            found?.low !== undefined && found.high !== undefined
              ? ` (${figureText(found.low)} to ${figureText(found.high)})`
              : '';
          const said = make(
            'span',
            { className: `of-line line-${series.colour}` },
            // Colours alone would not tell everyone whose value it is.
            ...(data.series.length > 1 ? [make('span', { className: 'line-name' }, names[i])] : []),
            found ? `${figureText(found.y)}${band}` : '–',
          );
          return said;
        }),
      );
    }
    if (x !== undefined && document.activeElement !== cursor) cursor.value = String(x);
    cursor.setAttribute('aria-valuetext', x === undefined ? 'none' : placeText(axis, x));
  };
  store.watch(({ cursor: x }) => [x], read);
  cursor.addEventListener('input', () => {
    isPointed = false;
    store.set({ cursor: Number(cursor.value) });
  });

  return {
    refit: () => {
      for (const { chart } of shown) chart.refit();
    },
  };
}
