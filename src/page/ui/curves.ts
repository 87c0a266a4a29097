import { shortTitle } from '../../metrics/catalogue.ts';
import { createCurveChart } from './curve-chart.ts';
import { type CurveFigure, curveData } from './curve-data.ts';
import { byId, make } from './dom.ts';
import { spelledShort } from './names.ts';
import type { PageState } from './page-state.ts';
import type { Store } from './store.ts';
import { capitalised } from './words.ts';

/** The curves of both exact figures. */
export function createCurves(store: Store<PageState>): { refit(): void } {
  const charts = [chart('variation-chart', 'totalVariation', 1), chart('gap-chart', 'elboGap')];
  function chart(id: string, figure: CurveFigure, highest?: number) {
    const name = `${capitalised(shortTitle(figure))} over iterations`;
    return { figure, chart: createCurveChart(byId(id), name, highest) };
  }
  for (const { figure, chart } of charts) {
    store.watch(
      ({ records }) => [records.length, ...records.flatMap(({ curve, config }) => [curve, config.steps])],
      () => {
        const { records } = store.get();
        const steps = records.reduce((max, { config }) => Math.max(max, config.steps), 1);
        chart.draw(
          curveData(
            records.map(({ curve }) => curve),
            figure,
          ),
          steps,
        );
      },
    );
  }
  store.watch(
    ({ records }) => [records.length, ...records.map(({ config }) => config.objective)],
    () => {
      const { records } = store.get();
      const keys = byId('chart-keys');
      keys.hidden = records.length < 2;
      keys.replaceChildren(...records.map(({ config }) => make('li', {}, spelledShort(config.objective))));
    },
  );
  return {
    refit: () => {
      for (const { chart } of charts) chart.refit();
    },
  };
}
