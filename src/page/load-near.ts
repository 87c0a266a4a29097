/** Loads a part of the page once, when it comes near the window. Until then its buttons are disabled. */
export function loadNear(part: HTMLElement, load: () => Promise<void>): { now(): Promise<void> } {
  let isBegun = false;
  const now = async () => {
    if (isBegun) return;
    isBegun = true;
    try {
      await load();
    } catch {
      isBegun = false;
      part.classList.add('not-loaded');
    } finally {
      part.removeAttribute('inert');
    }
  };
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
