/** Marks in the list of contents which part of the page is being read. */
export function createContents(list: HTMLElement): void {
  const links = new Map<Element, HTMLAnchorElement>();
  for (const link of list.querySelectorAll<HTMLAnchorElement>('a[href^="#"]')) {
    const part = document.getElementById(link.hash.slice(1));
    if (part) links.set(part, link);
  }
  for (const [part, link] of links) link.addEventListener('click', () => stayAt(part));
  const inView = new Set<Element>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) inView.add(target);
        else inView.delete(target);
      }
      const read = [...links.keys()].filter((part) => inView.has(part)).at(-1);
      for (const [part, link] of links) {
        if (part !== read) link.removeAttribute('aria-current');
        else if (!link.hasAttribute('aria-current')) {
          link.setAttribute('aria-current', 'true');
          // Within the list alone: the page itself stays where it is.
          list.scrollTo({ left: link.offsetLeft - (list.clientWidth - link.clientWidth) / 2 });
        }
      }
    },
    // A line across the upper third of the window.
    { rootMargin: '-33% 0px -66% 0px' },
  );
  for (const part of links.keys()) observer.observe(part);
}

/** For so long, in milliseconds, what is loaded above a part that was asked for does not move it out of the window. */
const settling = 5000;

function stayAt(part: Element): void {
  const sizes = new ResizeObserver(() => part.scrollIntoView({ behavior: 'instant' }));
  const end = () => {
    sizes.disconnect();
    for (const by of ['wheel', 'touchmove', 'keydown', 'pointerdown']) removeEventListener(by, end);
  };
  for (const by of ['wheel', 'touchmove', 'keydown', 'pointerdown']) addEventListener(by, end, { passive: true });
  sizes.observe(document.body);
  setTimeout(end, settling);
}
