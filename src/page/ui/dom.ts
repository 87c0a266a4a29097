type Child = Node | string;

/** An element with properties and children. Texts become text nodes, so nothing from outside becomes markup. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<Omit<HTMLElementTagNameMap[Tag], 'style' | 'dataset'>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** The element of the page that has an id. @throws Error if the page lacks it */
export function byId<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no #${id}.`);
  return element as Kind;
}

/** Sets a text if it differs, to avoid needless layout. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Makes these the children, in this order. Those that stay are not moved, so that they keep the focus. */
export function arrange(place: Element, wanted: readonly Element[]): void {
  for (const old of [...place.children]) if (!wanted.includes(old)) old.remove();
  for (const [i, child] of wanted.entries()) {
    if (place.children[i] !== child) place.insertBefore(child, place.children[i] ?? null);
  }
}

/** A button. */
export function button(text: string, onClick: () => void, className = ''): HTMLButtonElement {
  const element = make('button', { type: 'button', className }, text);
  element.addEventListener('click', onClick);
  return element;
}

/**
 * Calls back once each time a mouse or pen moves onto an element, but not when the element comes under a pointer that rests, as
 * when the page scrolls: then nobody has pointed.
 */
export function onPointedAt(element: HTMLElement | SVGElement, callback: () => void): void {
  let hasEntered = false;
  element.addEventListener('pointerenter', () => {
    hasEntered = true;
  });
  element.addEventListener('pointermove', (event) => {
    if (hasEntered && event instanceof PointerEvent && event.pointerType !== 'touch') callback();
    hasEntered = false;
  });
}

/** A drawing context in CSS pixels for a canvas with the full resolution of the screen. */
export function sharpContext(canvas: HTMLCanvasElement): CanvasRenderingContext2D | undefined {
  const { clientWidth: width, clientHeight: height } = canvas;
  if (width === 0 || height === 0) return undefined;
  const ratio = Math.min(3, window.devicePixelRatio || 1);
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== across || canvas.height !== down) [canvas.width, canvas.height] = [across, down];
  const context = canvas.getContext('2d');
  if (!context) return undefined;
  context.setTransform(across / width, 0, 0, down / height, 0, 0);
  return context;
}

/** The current value of a colour in the style sheet. */
export function colourOf(name: string): string {
  const probe = make('span', { hidden: true });
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
