import { byId, make } from './dom.ts';
import { firstView, type GridView } from './grid-view.ts';
import { gridShape, type PageState, type Shows } from './page-state.ts';
import { viewOf } from './planes.ts';
import type { Store } from './store.ts';

/** The choice of contents for the pictures: learnt or difference, walks, and the axes if there are more than two. */
export function createViewControls(store: Store<PageState>): void {
  const choices = [
    ['learnt', 'Learnt'],
    ['difference', 'Difference'],
  ] as const satisfies readonly (readonly [Shows, string])[];
  byId('shows').replaceChildren(
    ...radioButtons(
      choices.map(([, text]) => text),
      0,
      (choice) => store.set({ shows: choices[choice][0] }),
    ),
  );
  const walks = byId<HTMLInputElement>('walks');
  walks.checked = store.get().walksShown;
  walks.addEventListener('change', () => store.set({ walksShown: walks.checked }));

  store.watch(
    ({ knownRuns: [first] }) => [gridShape(first)?.join()],
    () => {
      const shape = gridShape(store.get().knownRuns[0]);
      const axes = byId('axes');
      axes.hidden = shape === undefined || shape.length < 3;
      if (shape !== undefined && shape.length >= 3) axes.replaceChildren(...axisControls(store, shape));
    },
  );
}

/** A group of radio buttons with arrow keys. */
export function radioButtons(
  texts: readonly string[],
  chosen: number,
  choose: (choice: number) => void,
): HTMLButtonElement[] {
  const select = (choice: number, isUser: boolean) => {
    buttons.forEach((button, i) => {
      button.setAttribute('aria-checked', String(i === choice));
      button.tabIndex = i === choice ? 0 : -1;
    });
    if (isUser) choose(choice);
  };
  const buttons = texts.map((text, i) => {
    const button = make('button', { type: 'button' }, text);
    button.setAttribute('role', 'radio');
    button.addEventListener('click', () => select(i, true));
    button.addEventListener('keydown', ({ key }) => {
      const forward = key === 'ArrowRight' || key === 'ArrowDown';
      if (!forward && key !== 'ArrowLeft' && key !== 'ArrowUp') return;
      const next = (i + (forward ? 1 : texts.length - 1)) % texts.length;
      select(next, true);
      buttons[next].focus();
    });
    return button;
  });
  select(chosen, false);
  return buttons;
}

function axisControls(store: Store<PageState>, shape: readonly number[]): Node[] {
  const view = viewOf(store.get()) ?? firstView(shape);
  const change = (to: Partial<GridView>) => {
    const next = { ...(viewOf(store.get()) ?? view), ...to };
    store.set({ view: next });
    byId('axes').replaceChildren(...axisControls(store, shape));
  };
  const names = shape.map((_, axis) => String(axis));
  const axis = (text: string, value: number, taken: number, choose: (axis: number) => void) => {
    const options = names.map((name, i) => make('option', { value: String(i), disabled: i === taken }, name));
    const select = make('select', {}, ...options);
    select.value = String(value);
    select.addEventListener('change', () => choose(Number(select.value)));
    return make('label', {}, text, select);
  };
  const others = make(
    'select',
    {},
    make('option', { value: 'summed' }, 'summed over'),
    make('option', { value: 'held' }, 'held at'),
  );
  others.value = view.others;
  others.addEventListener('change', () => change({ others: others.value === 'held' ? 'held' : 'summed' }));
  const held = shape.flatMap((side, i) => {
    if (view.others === 'summed' || i === view.horizontal || i === view.vertical) return [];
    const slider = make('input', { type: 'range', min: '0', max: String(side - 1), value: String(view.held[i]) });
    const value = make('output', {}, String(view.held[i]));
    slider.addEventListener('input', () => {
      value.textContent = slider.value;
      const now = viewOf(store.get()) ?? view;
      store.set({ view: { ...now, held: now.held.with(i, Number(slider.value)) } });
    });
    return [make('label', {}, `axis ${i}`, slider, value)];
  });
  return [
    axis('Across: axis', view.horizontal, view.vertical, (horizontal) => change({ horizontal })),
    axis('Up: axis', view.vertical, view.horizontal, (vertical) => change({ vertical })),
    make('label', {}, 'Others', others),
    ...held,
  ];
}
