import { messageOf } from '../../text/message-of.ts';
import { exploreProgram, ProgramError } from '../own/sandbox.ts';
import { openDialog } from './dialog.ts';
import { button, byId, make, setText } from './dom.ts';

export interface ProgramEditor {
  /** Opens it. @param foreign whether the program came with an address: it is said before it is run */
  open(program: string, foreign?: boolean): void;
}

/**
 * The dialog in which an environment of one's own is written.
 * @param start the program to begin with, which can be had back
 * @param use takes a program and what it made; returns why it cannot be trained on
 */
export function createProgramEditor(
  { start, maxLength }: { readonly start: string; readonly maxLength: number },
  use: (program: string, graph: string) => string | undefined,
): ProgramEditor {
  return {
    open(program, foreign = false) {
      const area = make('textarea', { className: 'program', value: program, rows: 22, spellcheck: false, maxLength });
      area.wrap = 'off';
      area.autocapitalize = 'off';
      area.setAttribute('aria-label', 'The program of the environment');
      area.setAttribute('aria-describedby', 'program-told');
      const told = make('p', { id: 'program-told', className: 'caption' });
      told.setAttribute('role', 'status');
      const tell = (text: string, isBad = false) => {
        told.className = isBad ? 'problem' : 'caption';
        setText(told, text);
      };
      const run = async () => {
        runButton.disabled = true;
        tell('It runs.');
        area.removeAttribute('aria-invalid');
        try {
          const { json } = await exploreProgram(area.value);
          const problem = use(area.value, json);
          if (problem === undefined) return close();
          tell(problem, true);
        } catch (error) {
          area.setAttribute('aria-invalid', 'true');
          tell(messageOf(error), true);
          if (error instanceof ProgramError && error.line !== undefined) select(area, error.line);
        } finally {
          runButton.disabled = false;
        }
      };
      const runButton = button('Run it and train', () => void run(), 'primary');
      area.addEventListener('keydown', (event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void run();
      });
      const close = openDialog('An environment of your own', [
        make(
          'p',
          {},
          'JavaScript that returns where it starts, what can be done, what that leads to, and what an end is worth. It runs apart from this page, for two seconds at the most, without network; training then goes on without it.',
        ),
        ...(foreign ? [make('p', { className: 'notice' }, 'This program came with the address. Read it first.')] : []),
        area,
        told,
        make(
          'div',
          { className: 'row' },
          runButton,
          button('The example again', () => {
            area.value = start;
            tell('');
          }),
          button('Close', () => byId<HTMLDialogElement>('dialog').close()),
        ),
      ]);
      tell('Ctrl and Enter run it. Esc leaves it.');
      area.focus();
      area.setSelectionRange(0, 0);
      area.scrollTop = 0;
    },
  };
}

/** Selects a line, and brings it into view. */
function select(area: HTMLTextAreaElement, line: number): void {
  const lines = area.value.split('\n');
  const from = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0);
  area.focus();
  area.setSelectionRange(from, from + lines[line - 1].length);
  area.scrollTop = (area.scrollHeight * Math.max(0, line - 4)) / lines.length;
}
