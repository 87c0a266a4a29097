/** An SVG file of this size in pixels, white, with one font. */
export function svgPicture(width: number, height: number, parts: readonly string[]): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="DejaVu Sans, Verdana, sans-serif" font-size="12"><rect width="${width}" height="${height}" fill="white"/>` +
    `${parts.join('')}</svg>`
  );
}

/** A part of a picture, translated to (x, y). */
export function placed(x: number, y: number, part: string): string {
  return `<g transform="translate(${pixels(x)} ${pixels(y)})">${part}</g>`;
}

/** A heading above a part, centred. */
export function heading(width: number, y: number, text: string): string {
  return `<text x="${pixels(width / 2)}" y="${y}" text-anchor="middle" font-weight="bold">${escaped(text)}</text>`;
}

/** A length in pixels, rounded to a hundredth. */
export function pixels(length: number): string {
  return String(Number(length.toFixed(2)));
}

/** Escapes a text that stands between tags: quotes stay as they are there. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
