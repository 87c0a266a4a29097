import { button } from './ui/dom.ts';

/**
 * Loads a part of the page once, when it comes near the window. Until then its buttons are disabled, and a button in its
 * place keeps the focus order: when focused, it loads the part and then passes the focus on.
 * @param name of the part, for that button
 */
export function loadNear(part: HTMLElement, name: string, load: () => Promise<void>): { now(): Promise<void> } {
  let loading: Promise<void> | undefined;
  const stop = button(`Load: ${name}`, () => void now(), 'part-stop');
  const now = (): Promise<void> => {
    loading ??= load().then(
      () => {
        part.removeAttribute('inert');
        part.classList.remove('not-loaded');
        if (document.activeElement === stop) part.querySelector<HTMLElement>(focusable)?.focus();
        stop.remove();
      },
      () => {
        loading = undefined;
        part.classList.add('not-loaded');
      },
    );
    return loading;
  };
  stop.addEventListener('focus', () => void now());
  part.before(stop);
  new IntersectionObserver(
    (entries, observer) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      void now();
    },
    { rootMargin: '400px' },
  ).observe(part);
  return { now };
}

const focusable = 'button:not([disabled], [hidden]), [tabindex="0"], input:not([disabled], [hidden]), a[href], select';
