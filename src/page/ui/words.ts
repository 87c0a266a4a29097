import { messageOf } from '../../text/message-of.ts';

/** The page's wording of numbers and sentences. */

/** An integer with commas between thousands. */
export function grouped(count: number): string {
  return Math.round(count).toLocaleString('en');
}

/** The text of a probability or distance: three digits, two of small ones, with a power of ten below 0.0001. */
export function figure(value: number): string {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  const text =
    size < 1e-4 || size >= 1e6
      ? value.toExponential(1)
      : size < 1000
        ? value.toPrecision(size < 1e-3 ? 2 : 3)
        : grouped(value);
  return text.replaceAll('-', '−');
}

/** A share as percent: "8.3 %". */
export function percent(share: number): string {
  const value = 100 * share;
  if (value === 0) return '0 %';
  if (value < 1e-6) return 'under 0.000001 %';
  if (value < 0.01) return `${value.toFixed(1 - Math.floor(Math.log10(value)))} %`;
  return `${value >= 99.95 && value < 100 ? '99.9' : value.toPrecision(value < 10 ? 2 : 3)} %`;
}

/** A number in nats with its sign. */
export function nats(value: number): string {
  const sign = value < 0 ? '−' : value > 0 ? '+' : '';
  return `${sign}${figure(Math.abs(value))}`;
}

/** Bytes in a familiar unit. */
export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const mebibytes = bytes / 2 ** 20;
  return mebibytes < 0.1
    ? `${Math.round(bytes / 1024)} KiB`
    : `${mebibytes < 10 ? mebibytes.toFixed(1) : Math.round(mebibytes)} MiB`;
}

/** With a capital first letter, for headings. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The message of an error as a sentence. */
export function sentence(error: unknown): string {
  const text = messageOf(error).trim();
  return `${capitalised(text)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

/** The meaning of the total variation, in one sentence. */
export function distanceSentence(totalVariation: number): string {
  const share = percent(totalVariation);
  if (totalVariation < 0.02) return `The two differ by ${share} now: draws from one can hardly be told from the other.`;
  return `${share} of the probability is still in the wrong place.`;
}
