/** The page's program: the article at once, the laboratory when it is requested or comes near. */
import { startArticle } from './article/article.ts';
import { createTrust } from './article/trust.ts';
import { createContents } from './contents.ts';
import { loadNear } from './load-near.ts';
import { createPrinting } from './printing.ts';
import { byId } from './ui/dom.ts';
import { startTerms } from './ui/term-button.ts';
import { createThemeSwitch } from './ui/theme.ts';

const startWorker = () => new Worker(new URL('worker.js', import.meta.url), { type: 'module', name: 'flowtape run' });
const themeListeners: (() => void)[] = [];
createThemeSwitch(() => {
  for (const listener of themeListeners) listener();
});

const laboratory = byId('laboratory');
const opening = loadNear(laboratory, 'Laboratory', async () => {
  const { startLaboratory } = await import('./laboratory.ts');
  startLaboratory(startWorker, (changed) => themeListeners.push(changed));
});
const beyond = loadNear(byId('beyond'), 'Beyond grids', async () => {
  const { startBeyond } = await import('./article/beyond/beyond.ts');
  startBeyond(startWorker);
});

/** An address with settings means a run, and runs are in the laboratory. */
const isRun = () => location.hash.includes('=');
const showRun = () => {
  if (!isRun()) return;
  void opening.now();
  laboratory.scrollIntoView({ behavior: 'instant' });
};
addEventListener('hashchange', showRun);
// Links within the page move the view and the focus, and leave the run in the address.
document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
  const part = document.getElementById(link?.getAttribute('href')?.slice(1) ?? '');
  if (part === null || !isRun()) return;
  event.preventDefault();
  part.scrollIntoView();
  if (!part.hasAttribute('tabindex')) part.tabIndex = -1;
  part.focus({ preventScroll: true });
});
// In tasks of their own: the program that has just been read has held up the page for long enough.
setTimeout(() => {
  startArticle(startWorker);
  setTimeout(() => {
    createTrust(startWorker);
    startTerms();
    createContents(byId('contents'));
    createPrinting(beyond.now);
    // Once the figures above it have their final height.
    showRun();
  });
});
// Who goes by keys comes to all parts, and faster than a scroll tells.
addEventListener('keydown', function early({ key }) {
  if (key !== 'Tab') return;
  removeEventListener('keydown', early);
  void beyond.now();
  void opening.now();
});
if (isRun()) void opening.now();
if ('serviceWorker' in navigator && location.protocol !== 'file:') {
  // If it is refused, the page works as before, except offline.
  addEventListener('load', () => void navigator.serviceWorker.register('offline.js').catch(() => {}));
}
