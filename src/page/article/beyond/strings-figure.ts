import { informationOf } from '../../../problems/pictures/logo-letters.ts';
import type { RunConfig } from '../../../run/run-config.ts';
import { parseAddress } from '../../address.ts';
import type { WorkerLike } from '../../run-client.ts';
import { byId, make, onPointedAt, setText } from '../../ui/dom.ts';
import { grouped, percent } from '../../ui/words.ts';
import { createLiveRun, trajectoriesSeen } from '../live-run.ts';
import { set, svg } from '../svg.ts';
import { createLogo } from './logo.ts';
import {
  choicesAt,
  letterShares,
  nodeBeside,
  nodesOf,
  type PrefixShares,
  prefixShares,
  type TrieNode,
  trieOf,
} from './string-trie.ts';

const alphabet = { letters: 'ACGT', length: 8 };
/** The number of strings drawn. */
const leaves = 24;
const row = 17;
/** The width of a line of probability 1, and the thinnest visible one. */
const [widest, thinnest] = [26, 0.8];

/** Distances across the trie: before its root, from letter to letter, and the room for the strings. */
interface TrieLayout {
  readonly left: number;
  readonly column: number;
  readonly right: number;
}

/** As wide as its place where that is narrow, so that texts keep their size; otherwise it is scaled to its place. */
function layoutIn(width: number): TrieLayout {
  const wide = { left: 14, column: 76, right: 196 };
  const narrow = { left: 8, right: 194 };
  const isWide = width >= wide.left + alphabet.length * wide.column + wide.right - 120;
  const column = Math.max(12, Math.floor((width - narrow.left - narrow.right) / alphabet.length));
  return isWide ? wide : { ...narrow, column };
}

/** The figure's run: networks of 64 units learn these strings in seconds. */
export function stringsConfig(): RunConfig {
  return parseAddress(
    'problem=tfbind8-synthetic&network-hidden=64,64&network-projection=64&batch=64&steps=100000&learning-rate-end=1',
  );
}

/** A trie of the most probable strings with the learnt flow, and logos of the samples. */
export function createStringsFigure(startWorker: () => WorkerLike): void {
  const place = byId('strings-trie');
  let target: PrefixShares | undefined;
  let learnt: PrefixShares | undefined;
  let trie: TrieNode | undefined;
  let chosen: TrieNode | undefined;
  let drawn: {
    readonly node: TrieNode;
    readonly due: SVGElement;
    readonly flow: SVGElement;
    readonly label: SVGElement | undefined;
  }[] = [];
  const marks = svg('g', { class: 'trie-marks' });
  const spot = svg('circle', { class: 'spot', r: 4.5, visibility: 'hidden' });
  const links = svg('g', {});
  let layout = layoutIn(place.clientWidth);
  const picture = svg(
    'svg',
    {
      class: 'trie',
      role: 'application',
      tabindex: 0,
      'aria-label': 'A trie of strings',
    },
    links,
    marks,
    spot,
  );
  place.append(picture);
  const toggle = byId<HTMLButtonElement>('strings-toggle');
  const [learntLogo, targetLogo] = [
    createLogo(alphabet.letters, alphabet.length, 'Logo of what it writes'),
    createLogo(alphabet.letters, alphabet.length, 'Logo of the target'),
  ];
  byId('strings-logos').append(
    figureOf('What it writes', learntLogo.root),
    figureOf('What it should write', targetLogo.root),
  );

  const run = createLiveRun(byId('strings'), startWorker, () => draw());
  const at = (node: TrieNode) => ({ x: layout.left + node.text.length * layout.column, y: (node.row + 0.5) * row + 4 });
  const build = (root: TrieNode, due: PrefixShares) => {
    const { left, column, right } = layout;
    // Letters stand over the ends of their lines where there is no room beside them.
    const isNarrow = column < 40;
    set(picture, { viewBox: `0 0 ${left + alphabet.length * column + right} ${leaves * row + 8}` });
    links.replaceChildren();
    drawn = nodesOf(root).flatMap((node) => {
      const { parent } = node;
      if (parent === undefined) return [];
      const [from, to] = [at(parent), at(node)];
      const middle = (from.x + to.x) / 2;
      const d = `M${from.x} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`;
      const [pale, flow] = [svg('path', { class: 'due', d }), svg('path', { class: 'stream', d })];
      const isLeaf = node.text.length === alphabet.length;
      const label = isLeaf ? svg('text', { class: 'string', x: to.x + 8, y: to.y + 4 }, node.text) : undefined;
      const letter = svg(
        'text',
        { class: 'write', x: isNarrow ? to.x - 6 : middle + column * 0.28, y: to.y - 4, 'text-anchor': 'middle' },
        node.text.slice(-1),
      );
      const touch = svg('path', { class: 'touch', d });
      onPointedAt(touch, () => choose(node));
      touch.addEventListener('click', () => choose(node));
      links.append(
        pale,
        flow,
        ...(label ? [label] : []),
        ...(parent.children.length > 1 || node.text.length <= 2 ? [letter] : []),
        touch,
      );
      return [{ node, due: pale, flow, label }];
    });
    for (const { node, due: pale } of drawn) set(pale, { 'stroke-width': widthOf(due[node.text.length][node.index]) });
  };
  new ResizeObserver(() => {
    const next = layoutIn(place.clientWidth);
    if (next.column === layout.column) return;
    layout = next;
    if (trie === undefined || target === undefined) return;
    build(trie, target);
    draw();
  }).observe(place);

  const choose = (node: TrieNode) => {
    chosen = node;
    drawChosen();
  };
  picture.addEventListener('keydown', (event) => {
    if (trie === undefined || target === undefined) return;
    const next = nodeBeside(trie, chosen ?? trie, event.key, target);
    if (next === undefined) return;
    event.preventDefault();
    choose(next);
  });

  const draw = () => {
    const { knownRun } = run;
    if (knownRun === undefined) return;
    const objects = knownRun.opened?.objects;
    if (objects && target === undefined) {
      target = prefixShares(alphabet, objects.target);
      trie = trieOf(alphabet, objects.target, leaves);
      build(trie, target);
    }
    if (knownRun.learnt && target) {
      learnt = prefixShares(alphabet, knownRun.learnt);
      drawFlow(target, learnt);
      drawWalk(knownRun.walks[0]?.object);
    }
    drawChosen();
    const latest = knownRun.metrics?.values.totalVariation;
    setText(toggle, run.isPaused ? 'Continue' : 'Pause');
    toggle.disabled = knownRun.status === 'failed' || knownRun.status === 'finished';
    const told =
      knownRun.failure?.problem ??
      (latest === undefined
        ? 'Opening a device.'
        : `After ${grouped(trajectoriesSeen(knownRun))} strings: ${percent(latest)} misplaced, of all 65,536.`);
    setText(byId('strings-told'), told);
  };
  const drawFlow = (due: PrefixShares, found: PrefixShares) => {
    for (const { node, flow, label } of drawn) {
      const { length } = node.text;
      const [has, should] = [found[length][node.index], due[length][node.index]];
      const ratio = Math.log2(Math.max(1e-9, has) / should);
      set(flow, {
        'stroke-width': widthOf(has),
        class: `stream ${ratio > 0.5 ? 'more' : ratio < -0.5 ? 'less' : 'even'}`,
      });
      if (label) setText(label, `${node.text} ${has < 1e-4 ? '< 0.01 %' : percent(has)}, due ${percent(should)}`);
    }
    const letters = letterShares(alphabet, found);
    const wanted = letterShares(alphabet, due);
    const highest = 1.05 * Math.max(...wanted.map(informationOf), ...letters.map(informationOf));
    learntLogo.draw(letters, highest);
    targetLogo.draw(wanted, highest);
    setText(
      byId('strings-bits'),
      `A stack is higher the surer its letter: here up to ${highest.toFixed(2)} bits, of at most 2.`,
    );
  };
  /** Highlights the last string, as far as it is in the picture. */
  const drawWalk = (text: string | undefined) => {
    const path: TrieNode[] = [];
    let node = trie;
    while (node && text) {
      path.push(node);
      node = node.children.find((child: TrieNode) => text.startsWith(child.text));
    }
    const points = path.map(at).map(({ x, y }) => `${x},${y}`);
    const line = svg('polyline', { class: 'written', points: points.join(' ') });
    const last = path[path.length - 1];
    const rest = text && last && last.text.length < text.length ? text.slice(last.text.length) : '';
    const where = last ? at(last) : { x: 0, y: 0 };
    marks.replaceChildren(
      line,
      ...(rest ? [svg('text', { class: 'rest', x: where.x + 6, y: where.y + 16 }, `…${rest}`)] : []),
    );
  };
  const drawChosen = () => {
    if (trie === undefined || target === undefined) return;
    const node = chosen ?? trie;
    const { x, y } = at(node);
    set(spot, { cx: x, cy: y, visibility: chosen === undefined ? 'hidden' : 'visible' });
    const [has, should] = [learnt && choicesAt(learnt, node), choicesAt(target, node)];
    const name = node.text === '' ? 'At the beginning' : `After ${node.text}`;
    const list = byId('strings-choices');
    setText(byId('strings-prefix'), node.text.length === alphabet.length ? node.text : `${name} it writes`);
    list.replaceChildren(
      ...(should ?? []).map((share, letter) =>
        make(
          'li',
          {},
          make('strong', { className: `letter-${letter}` }, alphabet.letters[letter]),
          ` ${has ? percent(has[letter]) : '–'}, due ${percent(share)}`,
        ),
      ),
    );
    const [mine, due] = [learnt?.[node.text.length][node.index], target[node.text.length][node.index]];
    const passes = `${mine === undefined ? '–' : percent(mine)} of what it writes begins so; ${percent(due)} should.`;
    setText(byId('strings-passes'), node.text === '' ? '' : passes);
    picture.setAttribute(
      'aria-label',
      `A trie of strings: ${node.text || 'the beginning'}. ${node.text === '' ? '' : passes} Arrow keys move along it.`,
    );
  };
  toggle.addEventListener('click', () => run.setPaused(!run.isPaused));
  byId('strings-again').addEventListener('click', () => {
    run.open(stringsConfig());
    run.setPaused(false);
  });
  run.open(stringsConfig());
}

function widthOf(share: number): number {
  return Math.max(thinnest, widest * share);
}

function figureOf(title: string, picture: SVGSVGElement): HTMLElement {
  return make(
    'figure',
    { className: 'logo-figure' },
    make('figcaption', {}, make('p', { className: 'map-title' }, title)),
    picture,
  );
}
