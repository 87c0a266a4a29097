type Child = Node | string;

/** An element with properties and children. Texts become text nodes, so nothing that comes from outside is markup. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<Omit<HTMLElementTagNameMap[Tag], 'style' | 'dataset'>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** The element of the page that has an id. @throws Error where the page lacks it */
export function byId<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no #${id}.`);
  return element as Kind;
}

/** Sets a text only where it differs, so that nothing is laid out for nothing. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A button. */
export function button(text: string, onClick: () => void, className = ''): HTMLButtonElement {
  const element = make('button', { type: 'button', className }, text);
  element.addEventListener('click', onClick);
  return element;
}

/** A drawing context, the canvas as many device pixels large as it is shown, in units of CSS pixels. */
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

/** What a colour of the style sheet is now. */
export function colourOf(name: string): string {
  const probe = make('span', { hidden: true });
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
