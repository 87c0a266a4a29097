import type { EdgeView, StateView } from '../protocol.ts';
import { button, make, setText } from './dom.ts';
import { figure, nats, percent } from './words.ts';

export interface StatePanelActions {
  /** Selects the state of a text; returns the problem with the text. */
  read(text: string): string | undefined;
  look(state: readonly number[]): void;
}

/** The panel of one state: the policy there, and the residuals of its edges. */
export interface StatePanel {
  /** @param run the name of the run, if there are two */
  show(view: StateView | undefined, problem: string | undefined, run: string | undefined): void;
  /** An example of a state's text. */
  hint(example: string): void;
}

/** More edges than this need a click to be shown: a bit sequence has dozens. */
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
  /** The layout of the panel, and the function that updates its numbers while the layout stays. */
  let drawn: { readonly layout: string; readonly update: (view: StateView) => void } | undefined;

  const show: StatePanel['show'] = (view, problem, run) => {
    // The problem with a typed text stays until another state is shown.
    if (problem !== undefined || view?.text !== shown) complain(problem);
    if (view === undefined) {
      shown = '';
      drawn = undefined;
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
    if (document.activeElement !== input && problemText.hidden) input.value = view.text;
    const forward = edgesShown(view.forward, ({ forwardProbability }) => forwardProbability);
    const backward = edgesShown(view.backward, ({ backwardProbability }) => backwardProbability);
    const names = [forward, backward].map((edges) => edges.map(({ action, text }) => `${action} ${text}`));
    const layout = JSON.stringify([view.text, run, view.logReward === undefined, names]);
    if (drawn?.layout === layout) {
      // Unchanged buttons stay in place, and keep the focus, during a run.
      drawn.update(view);
      return;
    }
    const held = focusWithin(body);
    const about = facts(view, run);
    const tables = [
      edges('Forward: where it goes from here', forward, view.forward.length, 'None: this is a finished object.'),
      edges(
        'Backward: how it may have come here',
        backward,
        view.backward.length,
        'None: every trajectory begins here.',
      ),
    ];
    body.replaceChildren(
      about.element,
      ...tables.map(({ element }) => element),
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
    held?.restore();
    drawn = {
      layout,
      update(now) {
        about.update(now);
        tables[0].update(edgesShown(now.forward, ({ forwardProbability }) => forwardProbability));
        tables[1].update(edgesShown(now.backward, ({ backwardProbability }) => backwardProbability));
      },
    };
    const again = () => {
      drawn = undefined;
      show(view, problem, run);
    };
    function edges(title: string, rows: readonly EdgeView[], count: number, none: string) {
      const table = edgeTable(title, rows, actions.look);
      if (count === 0) {
        return { ...table, element: make('div', {}, table.element, make('p', { className: 'summary' }, none)) };
      }
      if (rows.length === count) return table;
      const more = button(`Show all ${count}`, () => {
        showsAll = true;
        again();
      });
      return { ...table, element: make('div', {}, table.element, more) };
    }
  };
  /** The most probable of many edges, unless all are requested. */
  function edgesShown(list: readonly EdgeView[], chance: (edge: EdgeView) => number): readonly EdgeView[] {
    const sorted = list.length > fewEdges ? [...list].sort((a, b) => chance(b) - chance(a)) : list;
    return showsAll ? sorted : sorted.slice(0, fewEdges);
  }
  return {
    show,
    hint(example) {
      setText(help, `Written as in ${example}.`);
    },
  };
}

/**
 * The focus within a part of the page that is about to be rebuilt: `restore` gives it to the button of the same name,
 * or else to the first, so that a visitor who walks from state to state by the tables stays in them.
 */
function focusWithin(part: HTMLElement): { restore(): void } | undefined {
  const { activeElement } = document;
  if (!(activeElement instanceof HTMLElement) || !part.contains(activeElement)) return undefined;
  const name = activeElement.textContent;
  return {
    restore() {
      const buttons = [...part.querySelectorAll('button')];
      const target = buttons.find(({ textContent }) => textContent === name) ?? buttons[0];
      target?.focus({ preventScroll: true });
    },
  };
}

/** A part of the panel whose numbers change while the rest of it stays. */
interface Updated<Numbers> {
  readonly element: HTMLElement;
  update(numbers: Numbers): void;
}

function facts(view: StateView, run: string | undefined): Updated<StateView> {
  const flowOf = ({ logFlow }: StateView) => `${figure(Math.exp(logFlow))} (log ${nats(logFlow)})`;
  const stepOf = ({ step }: StateView) => step.toLocaleString('en');
  const [flow, step] = [make('dd', {}, flowOf(view)), make('dd', {}, stepOf(view))];
  const pair = (name: string, value: string | HTMLElement) => [
    make('dt', {}, name),
    typeof value === 'string' ? make('dd', {}, value) : value,
  ];
  const { text, logReward } = view;
  const element = make(
    'dl',
    { className: 'pairs' },
    ...pair('State', text),
    ...(run === undefined ? [] : pair('Of the run', run)),
    ...pair('Flow F(s)', flow),
    ...(logReward === undefined
      ? []
      : pair('Reward for stopping here', `${figure(Math.exp(logReward))} (log ${nats(logReward)})`)),
    ...pair('At iteration', step),
  );
  return {
    element,
    update(now) {
      setText(flow, flowOf(now));
      setText(step, stepOf(now));
    },
  };
}

function edgeTable(
  title: string,
  edges: readonly EdgeView[],
  look: (state: readonly number[]) => void,
): Updated<readonly EdgeView[]> {
  const head = (text: string, below?: string) => {
    const cell = make('th', { scope: 'col' }, text);
    if (below) cell.append(make('sub', {}, below));
    return cell;
  };
  const rows = edges.map(({ action, state, text }) => {
    const name = state === undefined ? action : button(action, () => look(state));
    if (typeof name !== 'string') name.setAttribute('aria-label', `${action}: look at ${text}`);
    const numbers = [make('td', {}), make('td', {}), make('td', {})];
    return { numbers, row: make('tr', {}, make('td', {}, name), ...numbers) };
  });
  const update = (now: readonly EdgeView[]) => {
    for (const [i, { forwardProbability, backwardProbability, residual }] of now.entries()) {
      const { numbers } = rows[i];
      setText(numbers[0], percent(forwardProbability));
      setText(numbers[1], percent(backwardProbability));
      setText(numbers[2], nats(residual));
      numbers[2].className = Math.abs(residual) > 1 ? 'off' : '';
    }
  };
  update(edges);
  const table = make(
    'table',
    {},
    make('caption', {}, title),
    make('thead', {}, make('tr', {}, head('Action'), head('P', 'F'), head('P', 'B'), head('Residual'))),
    make('tbody', {}, ...rows.map(({ row }) => row)),
  );
  return { element: make('div', { className: 'scroll' }, table), update };
}
