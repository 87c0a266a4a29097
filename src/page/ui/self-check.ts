import { messageOf } from '../../text/message-of.ts';
import type { SelfCheckReport } from '../protocol.ts';
import { copyText, dialogButtons, openDialog } from './dialog.ts';
import { button, make, setText } from './dom.ts';
import { reportText } from './report-text.ts';
import { figure } from './words.ts';

/** The dialog of the self-check: how far it is, then what was found, to be copied. */
export interface SelfCheckDialog {
  open(check: () => Promise<SelfCheckReport>): void;
  /** How far a check under way is. */
  progress(done: number, of: number, name: string): void;
}

export function createSelfCheck(copied: () => void): SelfCheckDialog {
  const bar = make('progress', { value: 0, max: 1 });
  bar.setAttribute('aria-label', 'Checks done');
  const name = make('p', {}, 'Beginning.');
  const title = 'Self-check on this device';
  const text =
    'Gradients of operations are compared with differences of their values, and what this device computes with the same in float64. The run waits meanwhile.';

  const report = (found: SelfCheckReport) => {
    const failed = found.checks.filter(({ passed }) => !passed);
    const rows = [...found.checks]
      .sort((a, b) => Number(a.passed) - Number(b.passed))
      .map((check) =>
        make(
          'tr',
          {},
          make('td', {}, check.name),
          make('td', { className: check.passed ? 'good' : 'off' }, check.passed ? 'passed' : 'failed'),
          make('td', {}, figure(check.error)),
          make('td', {}, figure(check.tolerance)),
        ),
      );
    const heads = ['Check', 'Result', 'Error', 'May be'].map((head) => make('th', { scope: 'col' }, head));
    const list = make(
      'div',
      { className: 'check-list', tabIndex: 0 },
      make('table', {}, make('thead', {}, make('tr', {}, ...heads)), make('tbody', {}, ...rows)),
    );
    list.setAttribute('role', 'region');
    list.setAttribute('aria-label', 'All checks');
    const words =
      failed.length === 0
        ? `All ${found.checks.length} checks passed on ${found.device}.`
        : `${failed.length} of ${found.checks.length} checks failed on ${found.device}. Please report this.`;
    const verdict = make('p', { className: failed.length === 0 ? 'good' : 'off' }, words);
    verdict.setAttribute('role', 'status');
    const copy = button(
      'Copy the report',
      () => void copyText(reportText(found), 'Report of the self-check', copied),
      'primary',
    );
    openDialog(title, [verdict, list, dialogButtons(copy)]);
  };

  return {
    open(check) {
      let isOpen = true;
      bar.value = 0;
      setText(name, 'Beginning.');
      openDialog(title, [make('p', {}, text), bar, name, dialogButtons()], () => {
        isOpen = false;
      });
      check().then(
        (found) => {
          if (isOpen) report(found);
        },
        (error: unknown) => {
          const problem = make('p', { className: 'off' }, messageOf(error));
          problem.setAttribute('role', 'alert');
          if (isOpen) openDialog(title, [problem, dialogButtons()]);
        },
      );
    },
    progress(done, of, current) {
      bar.value = of > 0 ? done / of : 0;
      setText(name, `${done} of ${of}: ${current}`);
    },
  };
}
