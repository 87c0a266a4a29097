import type { EdgeView, StateView } from '../protocol.ts';
import { button, make, setText } from './dom.ts';
import { figure, nats, percent } from './words.ts';

export interface StatePanelActions {
  /** Looks at the state that a text stands for; returns what is wrong with the text. */
  read(text: string): string | undefined;
  look(state: readonly number[]): void;
}

/** The panel on one state: what the policy does there, and how far its edges are from balance. */
export interface StatePanel {
  /** @param run the name of the run that is asked, where there are two */
  show(view: StateView | undefined, problem: string | undefined, run: string | undefined): void;
  /** An example of how states are written. */
  hint(example: string): void;
}

/** Edges beyond this number wait for a click: a bit sequence has dozens. */
const fewEdges = 8;

export function createStatePanel(panel: HTMLElement, actions: StatePanelActions): StatePanel {
  const input = make('input', { type: 'text', id: 'state-text', autocomplete: 'off', spellcheck: false });
  const help = make('p', { className: 'help', id: 'state-help' });
  const problemText = make('p', { className: 'problem', id: 'state-problem', hidden: true });
  problemText.setAttribute('role', 'alert');
  input.setAttribute('aria-describedby', 'state-help state-problem');
  const form = make(
    'form',
    { className: 'field' },
    make('label', { htmlFor: 'state-text' }, 'State'),
    make('div', { className: 'row nowrap' }, input, make('button', { type: 'submit' }, 'Look')),
    help,
    problemText,
  );
  const body = make('div', { id: 'state-body' });
  const complain = (text: string | undefined) => {
    setText(problemText, text ?? '');
    problemText.hidden = text === undefined;
    if (text === undefined) input.removeAttribute('aria-invalid');
    else input.setAttribute('aria-invalid', 'true');
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    complain(actions.read(input.value));
  });
  panel.replaceChildren(form, body);
  let showsAll = false;
  let shown = '';

  const show: StatePanel['show'] = (view, problem, run) => {
    complain(problem);
    if (view === undefined) {
      body.replaceChildren(
        make(
          'p',
          { className: 'summary' },
          'Choose a state: click a cell of the learnt picture, move over it with the arrow keys, or write it above.',
        ),
      );
      return;
    }
    if (view.text !== shown) showsAll = false;
    shown = view.text;
    if (document.activeElement !== input) input.value = view.text;
    body.replaceChildren(
      facts(view, run),
      edges('Forward: where it goes from here', view.forward, true),
      edges('Backward: how it may have come here', view.backward, false),
      make(
        'p',
        { className: 'summary' },
        'Residual: log F(s) + log P',
        make('sub', {}, 'F'),
        ' − log F(s′) − log P',
        make('sub', {}, 'B'),
        ' of the edge from s to s′, in nats. It is 0 on every edge of a perfect sampler; above 0, more goes into the edge than should come out.',
      ),
    );
    // A visitor who walks from state to state by the table stays in it.
    const again = () => show(view, problem, run);
    function edges(title: string, list: readonly EdgeView[], isForward: boolean): HTMLElement {
      const chance = (edge: EdgeView) => (isForward ? edge.forwardProbability : edge.backwardProbability);
      const sorted = list.length > fewEdges ? [...list].sort((a, b) => chance(b) - chance(a)) : list;
      const rows = showsAll ? sorted : sorted.slice(0, fewEdges);
      const table = edgeTable(title, rows, actions.look);
      if (list.length === 0) {
        return make(
          'div',
          {},
          table,
          make(
            'p',
            { className: 'summary' },
            isForward ? 'None: this is a finished object.' : 'None: every trajectory begins here.',
          ),
        );
      }
      if (rows.length === list.length) return table;
      const more = button(`Show all ${list.length}`, () => {
        showsAll = true;
        again();
      });
      return make('div', {}, table, more);
    }
  };
  return {
    show,
    hint(example) {
      setText(help, `Written as in ${example}.`);
    },
  };
}

function facts({ text, step, logFlow, logReward }: StateView, run: string | undefined): HTMLElement {
  const pair = (name: string, value: string) => [make('dt', {}, name), make('dd', {}, value)];
  return make(
    'dl',
    { className: 'pairs' },
    ...pair('State', text),
    ...(run === undefined ? [] : pair('Of the run', run)),
    ...pair('Flow F(s)', `${figure(Math.exp(logFlow))} (log ${nats(logFlow)})`),
    ...(logReward === undefined
      ? []
      : pair('Reward for stopping here', `${figure(Math.exp(logReward))} (log ${nats(logReward)})`)),
    ...pair('At iteration', step.toLocaleString('en')),
  );
}

function edgeTable(title: string, edges: readonly EdgeView[], look: (state: readonly number[]) => void): HTMLElement {
  const head = (text: string, below?: string) => {
    const cell = make('th', { scope: 'col' }, text);
    if (below) cell.append(make('sub', {}, below));
    return cell;
  };
  const rows = edges.map(({ action, state, text, forwardProbability, backwardProbability, residual }) => {
    const name = state === undefined ? action : button(action, () => look(state));
    if (typeof name !== 'string') name.setAttribute('aria-label', `${action}: look at ${text}`);
    const cell = make('td', { className: Math.abs(residual) > 1 ? 'off' : '' }, nats(residual));
    return make(
      'tr',
      {},
      make('td', {}, name),
      make('td', {}, percent(forwardProbability)),
      make('td', {}, percent(backwardProbability)),
      cell,
    );
  });
  const table = make(
    'table',
    {},
    make('caption', {}, title),
    make('thead', {}, make('tr', {}, head('Action'), head('P', 'F'), head('P', 'B'), head('Residual'))),
    make('tbody', {}, ...rows),
  );
  return make('div', { className: 'scroll' }, table);
}
