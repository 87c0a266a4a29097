import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ComparedRun } from '../../src/cli/compare/comparison.ts';
import { comparisonReport } from '../../src/cli/compare/report.ts';
import { makeRunConfig } from '../../src/cli/make-run-config.ts';
import { escapeText, figure, html, page, pairs } from '../../src/cli/page.ts';
import { drawRun } from '../../src/cli/pictures.ts';
import { type RunReport, runReport, settingRows } from '../../src/cli/run-report.ts';
import type { Metrics } from '../../src/metrics/catalogue.ts';
import { comparisonPlot } from '../../src/plot/comparison.ts';
import { comparedMeasures } from '../../src/plot/seed-band.ts';
import { learningCurve } from '../plot/examples.ts';

const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&lt;`;
const config = makeRunConfig({ problem: 'hypergrid', given: new Map() });
const curve = learningCurve(5);

/** What a page could load or run, or markup that came out of data. */
function expectHarmless(page: string): void {
  const tags = [...page.matchAll(/<([a-z][\w-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*\/?>/gi)];
  // Every element is one that was understood here.
  expect(tags).toHaveLength([...page.matchAll(/<[a-z]/gi)].length);
  const elements = tags.map(([, name]) => name.toLowerCase());
  for (const name of ['script', 'img', 'link', 'iframe', 'object', 'image', 'use', 'foreignobject']) {
    expect(elements).not.toContain(name);
  }
  const attributes = tags.flatMap(([, , list]) => [...list.matchAll(/([\w:-]+)="/g)].map(([, name]) => name));
  expect(attributes.filter((name) => /^on|^src$/i.test(name))).toEqual([]);
  // Namespaces are names, not addresses that are visited.
  expect(page.replaceAll(/ xmlns(:xlink)?="[^"]*"/g, '')).not.toMatch(/https?:|@import|url\((?!#)/);
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
}

describe('a page', () => {
  test('shows any text as it is, without making markup of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const written = html`<p title="${text}">${text}</p>`.markup;
        expect(written.match(/[<>"]/g)).toEqual(['<', '"', '"', '>', '<', '>']);
        const read = written.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
        expect(read).toBe(`<p title="${text}">${text}</p>`);
      }),
    );
    expect(escapeText('<&>"\'')).toBe('&#60;&#38;&#62;&#34;&#39;');
  });

  test('is made of markup, numbers, lists, and nothing', () => {
    const list = [1, 2].map((n) => html`<b>${n}</b>`);
    expect(html`${list}${undefined}${'<'}`.markup).toBe('<b>1</b><b>2</b>&#60;');
  });

  test('keeps the names within its drawings apart', () => {
    const svg = '<?xml?><svg><clipPath id="clip1"/><g clip-path="url(#clip1)"/></svg>';
    const both = [figure(svg, { name: 'a' }), figure(svg, { name: 'b', caption: '<' })].map(({ markup }) => markup);
    expect(both[0].trim()).toBe('<figure><svg><clipPath id="a-clip1"/><g clip-path="url(#a-clip1)"/></svg></figure>');
    expect(both[1]).toContain('url(#b-clip1)"/></svg><figcaption>&#60;</figcaption>');
  });

  test('declares that it may load nothing, and suits light and dark screens', () => {
    const whole = page({ title: hostile, body: [pairs([[hostile, hostile]])] });
    expectHarmless(whole);
    expect(whole).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(whole).toContain('@media (prefers-color-scheme: dark)');
    expect(whole).toContain('<meta name="color-scheme" content="light dark">');
  });
});

describe('the report of a run', () => {
  const run = async (): Promise<RunReport> => ({
    version: '1.2.3',
    config,
    status: 'finished',
    device: hostile,
    host: hostile,
    ended: '2026-01-02T03:04:05.678Z',
    command: `npx flowtape train --config '${hostile}'`,
    steps: 40,
    trajectories: 640,
    seconds: 61,
    parameters: 1234,
    metrics: { totalVariation: 0.125, elboGap: -0.5, [hostile]: 3 } as Metrics,
    reward: hostile,
    kept: 0,
    pictures: await drawRun(curve, {
      target: Float64Array.of(0.25, 0.25, 0.25, 0.25),
      learnt: Float64Array.of(0.1, 0.2, 0.3, 0.4),
      shape: [2, 2],
    }),
  });

  test('has figures with units, both pictures and every setting', async () => {
    const report = runReport(await run());
    expectHarmless(report);
    expect(report).toContain('<h1>hypergrid with ent-ppo, seed 0</h1>');
    expect(report).toContain('2026-01-02T03:04:05.678Z');
    expect(report).toContain('The same run again: <code>npx flowtape train --config');
    expect(report).toMatch(/exact total variation<\/th><td>0\.125</);
    expect(report).toMatch(/exact log-partition minus ELBO<\/th><td>0\.5 nats</);
    expect(report.match(/<svg /g)).toHaveLength(2);
    expect(report).toMatch(/--policy-updates<\/th><td>4</);
    expect(report).toContain('40 iterations of 32 trajectories, 640 in all, in 1 min 01 s');
  });

  test('says that a run was stopped, and has no picture of what cannot be drawn', async () => {
    const { curve: drawn } = (await run()).pictures;
    const report = runReport({ ...(await run()), status: 'stopped', steps: 7, pictures: { curve: drawn } });
    expect(report).toContain('Stopped before its end at 500 iterations: 7 iterations');
    expect(report.match(/<svg /g)).toHaveLength(1);
  });
});

describe('the report of a comparison', () => {
  const run = (folder: string, seed: number, totalVariation: number): ComparedRun => ({
    folder,
    seed,
    isFinished: true,
    isShared: true,
    curve: [...curve.slice(0, -1), { ...curve[4], totalVariation, seconds: 10 }],
    path: `sweep/${folder}`,
    hasReport: true,
    device: hostile,
  });

  test('has the figures of each method over its seeds, settings and runs, whatever folders are called', async () => {
    const methods = [
      { method: hostile, settings: settingRows(config), runs: [run(hostile, 0, 0.1), run('b', 1, 0.3)] },
      {
        method: 'tb',
        settings: settingRows({ ...config, objective: 'tb', objectiveOptions: {} }),
        runs: [run('c', 0, 0.5)],
      },
    ];
    const curves = methods.map(({ method, runs }) => ({
      method,
      runs: runs.map(({ seed, curve: points }) => ({ seed, points })),
    }));
    const svg = (await comparisonPlot(curves, comparedMeasures[0], hostile)) ?? '';
    const leftOut = [{ folder: hostile, reason: hostile }];
    const about = { name: 'hypergrid-640', problem: 'hypergrid', title: 'hypergrid', iterations: 40, batch: 16 };
    const pictures = [{ name: 'total-variation', svg }];
    const report = comparisonReport({ ...about, methods }, { folder: 'sweep', leftOut, pictures });
    expectHarmless(report);
    // With two seeds the bootstrap interval reaches from one to the other.
    expect(report).toContain('<td>0.2 (0.1–0.3)</td>');
    expect(report).toContain('<td>0.5</td>');
    expect(report).toContain('<a href="b/report.html">b</a>');
    expect(comparisonReport({ ...about, methods }, { folder: 'drawn/here', leftOut, pictures })).toContain(
      '<a href="../../sweep/b/report.html">b</a>',
    );
    expect(report).toContain('--objective tb');
    expect(report).toContain('2 methods, 3 runs');
    expect(report).toContain('Left out');
  });
});
