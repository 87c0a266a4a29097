import { button, byId, make } from './dom.ts';

/** Shows something in the page's dialog. Returns the function that closes it. */
export function openDialog(title: string, content: readonly Node[], closed: () => void = () => {}): () => void {
  const dialog = byId<HTMLDialogElement>('dialog');
  const close = () => dialog.close();
  dialog.replaceChildren(
    make('div', { className: 'dialog-body' }, make('h2', { id: 'dialog-title' }, title), ...content),
  );
  dialog.addEventListener('close', closed, { once: true });
  if (!dialog.open) dialog.showModal();
  return close;
}

/** A dialog's row of buttons, ending with one that closes it. */
export function dialogButtons(...buttons: readonly HTMLButtonElement[]): HTMLElement {
  return make(
    'div',
    { className: 'row' },
    ...buttons,
    button('Close', () => byId<HTMLDialogElement>('dialog').close()),
  );
}

/** Copies a text; if the browser does not allow that, it is shown for copying by hand. */
export async function copyText(text: string, title: string, copied: () => void): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    copied();
  } catch {
    const input = make('textarea', { readOnly: true, value: text, rows: 4 });
    input.setAttribute('aria-label', title);
    openDialog(title, [make('p', {}, 'The browser does not let this page copy by itself.'), input, dialogButtons()]);
    input.select();
  }
}
