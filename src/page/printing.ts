import { byId, setText } from './ui/dom.ts';

/**
 * Figures train when they are seen, and on paper all are seen at once. So the page prints after each has had its time:
 * parts that are loaded late are loaded, and figures train until they have something to show.
 */

/** What the document hears when figures begin, or cease, to be drawn for paper. */
export const printEvent = 'flowtape-print';

/** The longest that drawing may take, in milliseconds: on paper a figure that has not begun says so. */
const patience = 20_000;
const lookEvery = 200;

export function isDrawnForPrint(): boolean {
  return 'printing' in document.documentElement.dataset;
}

/** @param loadParts loads what of the article is not there yet */
export function createPrinting(loadParts: () => Promise<unknown>): void {
  const button = byId<HTMLButtonElement>('print');
  const words = button.textContent ?? '';
  const print = async () => {
    if (isDrawnForPrint()) return;
    setText(button, 'Drawing the figures…');
    setDrawn(true);
    await loadParts();
    const begun = performance.now();
    while (undrawn() > 0 && performance.now() - begun < patience) await pause(lookEvery);
    setDrawn(false);
    setText(button, words);
    window.print();
  };
  button.addEventListener('click', () => void print());
  document.addEventListener('keydown', (event) => {
    const isPrint =
      event.key.toLowerCase() === 'p' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    if (!isPrint || undrawn() === 0) return;
    event.preventDefault();
    void print();
  });
}

function undrawn(): number {
  return document.querySelectorAll('article [data-live]:not([data-drawn="enough"])').length;
}

function setDrawn(isOn: boolean): void {
  if (isOn) document.documentElement.dataset.printing = '';
  else delete document.documentElement.dataset.printing;
  document.dispatchEvent(new Event(printEvent));
}

const pause = (milliseconds: number) => new Promise((settle) => setTimeout(settle, milliseconds));
