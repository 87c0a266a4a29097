import { button, make } from './dom.ts';

export interface ToastChoice {
  readonly text: string;
  act(): void;
}

/**
 * Shows a message at the foot of the page for a while, and no shorter than the pointer or the focus is on it; errors stay
 * until they are dismissed.
 */
export interface Toasts {
  say(
    text: string,
    options?: { readonly bad?: boolean; readonly choice?: ToastChoice; readonly stays?: boolean },
  ): void;
}

/** Milliseconds that a message is shown, and one that offers a choice. */
const shownFor = { passing: 6000, choice: 20_000 };

export function createToasts(place: HTMLElement): Toasts {
  return {
    say(text, { bad = false, choice, stays = bad } = {}) {
      const toast = make('div', { className: bad ? 'toast bad' : 'toast' }, make('p', {}, text));
      const remove = () => toast.remove();
      if (choice) {
        toast.append(
          button(choice.text, () => {
            remove();
            choice.act();
          }),
        );
      }
      const close = button('×', remove, 'quiet');
      close.setAttribute('aria-label', 'Put away');
      toast.append(close);
      // Passing messages make room: nobody reads a page of them.
      for (const earlier of place.querySelectorAll('.toast:not(.bad)')) earlier.remove();
      while (place.childElementCount > 1) place.firstElementChild?.remove();
      place.append(toast);
      const leave = () => {
        if (toast.matches(':hover, :focus-within')) setTimeout(leave, shownFor.passing);
        else remove();
      };
      if (!stays) setTimeout(leave, choice ? shownFor.choice : shownFor.passing);
    },
  };
}
