import { messageOf } from '../../text/message-of.ts';
import { configOfAddress } from '../address.ts';
import type { SelfCheck, SelfCheckReport } from '../protocol.ts';
import { createRunClient, type WorkerLike } from '../run-client.ts';
import { copyText } from '../ui/dialog.ts';
import { button, byId, make, setText } from '../ui/dom.ts';
import { reportText } from '../ui/report-text.ts';
import { figure } from '../ui/words.ts';
import { errorPicture } from './error-picture.ts';
import { measureSpeed, speedText } from './speed.ts';

/** What visitors can check themselves: gradients and kernels on this device, and its speed. */
export function createTrust(startWorker: () => WorkerLike): void {
  const place = byId('self-check-picture');
  const start = byId<HTMLButtonElement>('self-check');
  start.addEventListener('click', async () => {
    start.disabled = true;
    const bar = make('progress', { value: 0, max: 1 });
    bar.setAttribute('aria-label', 'Checks done');
    const at = make('p', { className: 'caption' }, 'Opening a device.');
    place.replaceChildren(bar, at);
    const client = createRunClient(startWorker);
    client.subscribe((message) => {
      if (message.kind !== 'check') return;
      bar.value = message.done / Math.max(1, message.of);
      setText(at, `${message.done} of ${message.of}: ${message.name}`);
    });
    try {
      // On the device in the address, if it names one.
      place.replaceChildren(...found(await client.selfCheck(configOfAddress(location.hash).config.device)));
    } catch (error) {
      const problem = make('p', { className: 'off' }, messageOf(error));
      problem.setAttribute('role', 'alert');
      place.replaceChildren(problem);
    } finally {
      client.terminate();
      start.disabled = false;
    }
  });

  const speed = byId<HTMLButtonElement>('speed');
  const result = byId('speed-result');
  speed.addEventListener('click', async () => {
    speed.disabled = true;
    setText(result, 'Multiplying, then training for three seconds with each of two objectives, on each device.');
    try {
      const speeds = await measureSpeed(() => createRunClient(startWorker));
      const text = speedText(speeds, navigator.userAgent);
      result.replaceChildren(
        make('pre', { tabIndex: 0 }, text),
        make(
          'p',
          { className: 'caption' },
          'GFLOP/s are billions of multiplications and additions a second. A launch is one piece of work that the device is given; each costs a little time, whatever its size.',
        ),
        button('Copy', () => void copyText(text, 'How fast this machine is', () => setText(copied, 'Copied.'))),
      );
      const copied = make('span', { className: 'caption' });
      result.append(copied);
    } catch (error) {
      setText(result, messageOf(error));
    } finally {
      speed.disabled = false;
    }
  });
}

function found(report: SelfCheckReport): HTMLElement[] {
  const failed = report.checks.filter(({ passed }) => !passed);
  const words =
    failed.length === 0
      ? `All ${report.checks.length} checks passed on ${report.device}.`
      : `${failed.length} of ${report.checks.length} checks failed on ${report.device}. Please report this.`;
  const verdict = make('p', { className: failed.length === 0 ? 'good' : 'off' }, words);
  verdict.setAttribute('role', 'status');
  const copied = make('span', { className: 'caption' });
  const copy = button('Copy the report', () => {
    void copyText(reportText(report), 'Report of the self-check', () => setText(copied, 'The report is copied.'));
  });
  return [
    verdict,
    errorPicture(report.checks),
    tableOf(report.checks),
    make('div', { className: 'row' }, copy, copied),
  ];
}

function tableOf(checks: readonly SelfCheck[]): HTMLElement {
  const heads = ['Check', 'Result', 'Error', 'May be'].map((head) => make('th', { scope: 'col' }, head));
  const rows = checks.map(({ name, passed, error, tolerance }) =>
    make(
      'tr',
      {},
      make('td', {}, name),
      make('td', { className: passed ? 'good' : 'off' }, passed ? 'passed' : 'failed'),
      make('td', {}, figure(error)),
      make('td', {}, figure(tolerance)),
    ),
  );
  const table = make('table', {}, make('thead', {}, make('tr', {}, ...heads)), make('tbody', {}, ...rows));
  return make('details', {}, make('summary', {}, 'All checks in numbers'), make('div', { className: 'scroll' }, table));
}
