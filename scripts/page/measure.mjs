// node scripts/page/measure.mjs [--visits N] [--seconds S]: opens the page repeatedly and reports what a visitor waits
// for: first paint, first training, and tasks that blocked the page for over 50 ms, while it loads and for S seconds
// afterwards. On a busy machine these include the machine's delays; the processor time of the page's thread in a task,
// which a trace has beside them, does not.
import { parseArgs } from 'node:util';
import { withPage } from './open-page.mjs';

const { values } = parseArgs({
  options: { visits: { type: 'string', default: '3' }, seconds: { type: 'string', default: '8' } },
});
const categories = ['toplevel', 'devtools.timeline'];
await withPage(async ({ browser, address }) => {
  for (let visit = 1; visit <= Number(values.visits); visit++) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, serviceWorkers: 'block' });
    const page = await context.newPage();
    await page.addInitScript(() => {
      globalThis.longTasks = [];
      new PerformanceObserver((list) => {
        for (const { startTime, duration } of list.getEntries()) globalThis.longTasks.push([startTime, duration]);
      }).observe({ type: 'longtask', buffered: true });
    });
    await browser.startTracing(page, { categories });
    await page.goto(address);
    // The overture reports when its three policies have tried something.
    const trained = await page.evaluate(
      () =>
        new Promise((settle) => {
          const look = () => {
            const isBegun = /^Each has tried [1-9]/.test(
              document.getElementById('overture-caption')?.textContent ?? '',
            );
            if (isBegun) settle(performance.now());
            else requestAnimationFrame(look);
          };
          look();
        }),
    );
    const loadingTrace = await browser.stopTracing();
    await browser.startTracing(page, { categories });
    await page.waitForTimeout(1000 * Number(values.seconds));
    const laterTrace = await browser.stopTracing();
    const { paint, tasks } = await page.evaluate(() => ({
      paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
      tasks: globalThis.longTasks,
    }));
    const told = (some) =>
      some.length === 0
        ? 'none'
        : `${some.length}, the longest ${Math.round(Math.max(...some.map(([, duration]) => duration)))} ms`;
    const [loading, after] = [tasks.filter(([at]) => at < trained), tasks.filter(([at]) => at >= trained)];
    console.log(
      `visit ${visit}: first paint ${Math.round(paint)} ms, first training ${Math.round(trained)} ms; ` +
        `tasks over 50 ms while loading: ${told(loading)}; in ${values.seconds} s after: ${told(after)}` +
        `; processor time: ${busy(loadingTrace).join(' and ')} ms of page and workers until it trains, ` +
        `longest tasks of the page ${slowest(loadingTrace)} and ${slowest(laterTrace)} ms`,
    );
    await context.close();
  }
});

/**
 * The processor time in ms of each task of a page's threads of this name.
 *
 * @param {Buffer} trace
 * @param {RegExp} thread
 */
function tasksOf(trace, thread) {
  const { traceEvents } = JSON.parse(trace.toString());
  const isMeant = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && thread.test(args.name))
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  return traceEvents
    .filter(({ name, pid, tid, tdur }) => tdur > 0 && /RunTask$/.test(name) && isMeant.has(`${pid} ${tid}`))
    .map(({ tdur }) => tdur / 1000);
}

/** @param {Buffer} trace */
function slowest(trace) {
  return Math.round(Math.max(0, ...tasksOf(trace, /^CrRendererMain$/)));
}

/** @param {Buffer} trace */
function busy(trace) {
  const sum = (/** @type {RegExp} */ thread) => tasksOf(trace, thread).reduce((total, each) => total + each, 0);
  return [Math.round(sum(/^CrRendererMain$/)), Math.round(sum(/Worker/))];
}
