import { isTerm, splitAtTerms, type TermName, terms } from '../terms.ts';
import { byId, make, onPointedAt } from './dom.ts';

/** How far the tip stays from the term and from the window's edges, and how long it outlasts the pointer. */
const [gap, margin, grace] = [6, 8, 250];

/**
 * A term in a text, as a button that tells its meaning: under the pointer, on keyboard focus, or when pressed. Screen readers
 * have the meaning as its description. Escape puts the tip away.
 * @param text the term as written there, with its markup
 */
export function termButton(name: TermName, ...text: readonly (Node | string)[]): HTMLElement {
  const made = make('button', { type: 'button', className: 'term' }, ...text);
  made.setAttribute('aria-describedby', descriptionOf(name));
  const show = () => showTip(made, terms[name].meaning);
  onPointedAt(made, show);
  made.addEventListener('pointerleave', () => hideSoon());
  made.addEventListener('focus', () => {
    if (made.matches(':focus-visible')) show();
  });
  made.addEventListener('blur', hideTip);
  made.addEventListener('click', show);
  return made;
}

/** A text with its terms as buttons. @param typeset makes nodes of the rest */
export function withTerms(
  text: string,
  typeset: (text: string) => readonly (Node | string)[] = (plain) => [plain],
): readonly (Node | string)[] {
  return splitAtTerms(text).flatMap(({ text: part, term }) => (term ? [termButton(term, part)] : typeset(part)));
}

/** Turns the elements of the page that are marked as terms into such buttons. */
export function upgradeTerms(root: ParentNode): void {
  for (const marked of root.querySelectorAll<HTMLElement>('[data-term]')) {
    const name = marked.dataset.term ?? '';
    if (isTerm(name)) marked.replaceWith(termButton(name, ...marked.childNodes));
  }
}

/** The id of a term's meaning in the page, hidden: what buttons are described by. */
function descriptionOf(name: TermName): string {
  const id = `term-${name}`;
  if (document.getElementById(id) === null) byId('term-meanings').append(make('p', { id }, terms[name].meaning));
  return id;
}

function showTip(button: HTMLElement, meaning: string): void {
  const tip = byId('term-tip');
  clearTimeout(Number(tip.dataset.hiding));
  tip.textContent = meaning;
  tip.hidden = false;
  const place = () => {
    const { left, bottom, top } = button.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = tip;
    const { clientWidth, clientHeight } = document.documentElement;
    const isBelow = bottom + gap + height + margin <= clientHeight;
    tip.style.left = `${Math.max(margin, Math.min(left, clientWidth - width - margin))}px`;
    tip.style.top = `${isBelow ? bottom + gap : Math.max(margin, top - gap - height)}px`;
  };
  place();
  // The focus may bring the button into view only now.
  const follow = () => {
    if (tip.hidden || !button.isConnected || tip.textContent !== meaning) {
      document.removeEventListener('scroll', follow);
      if (!button.isConnected) hideTip();
    } else place();
  };
  document.addEventListener('scroll', follow, { passive: true });
}

function hideTip(): void {
  byId('term-tip').hidden = true;
}

/** Not at once, so that the pointer can move onto the tip. */
function hideSoon(): void {
  const tip = byId('term-tip');
  clearTimeout(Number(tip.dataset.hiding));
  tip.dataset.hiding = String(setTimeout(hideTip, grace));
}

/** Listens for whatever puts the tip away. Called once. */
export function startTerms(): void {
  const tip = byId('term-tip');
  tip.addEventListener('pointerenter', () => clearTimeout(Number(tip.dataset.hiding)));
  tip.addEventListener('pointerleave', hideSoon);
  document.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') hideTip();
  });
  document.addEventListener('pointerdown', ({ target }) => {
    if (target instanceof Element && !target.closest('.term, #term-tip')) hideTip();
  });
  upgradeTerms(document);
}
