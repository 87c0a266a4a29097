import type { Look } from './look.ts';

/** One quantity at the start and at the end of a soak, and whether it grew by more than it may. */
export interface Drift {
  readonly quantity: Quantity;
  /** Bytes; medians over the first and the last fifth of the looks. */
  readonly start: number;
  readonly end: number;
  /** The most bytes that the end may have. */
  readonly max: number;
}

export type Quantity = 'resident' | 'heap' | 'external' | 'wasm' | 'reserved';

/**
 * By how much each quantity may grow: a share of what it was, and bytes. Allocators and the collector leave some room
 * that is given back later; what a device reserves by its own account must not change at all. A leak of one small plan
 * a run is hundreds of them in an hour, far above these.
 */
export const bounds: { readonly [Name in Quantity]: { readonly share: number; readonly bytes: number } } = {
  resident: { share: 0.1, bytes: 32 * 2 ** 20 },
  heap: { share: 0.1, bytes: 4 * 2 ** 20 },
  external: { share: 0.1, bytes: 4 * 2 ** 20 },
  wasm: { share: 0.1, bytes: 4 * 2 ** 20 },
  reserved: { share: 0, bytes: 0 },
};

/** The share of the looks that start and end are medians of. */
const ends = 0.2;

/** Short runs after which each of the three kinds was made twice: before, memory grows by what is needed for the first time. */
const settledRuns = 6;

/** How each quantity drifted, from when everything had been done twice. @throws Error without a look */
export function driftsOf(all: readonly Look[]): Drift[] {
  if (all.length === 0) throw new Error('soak: there is no look to judge.');
  const settled = all.filter(({ runs }) => runs >= settledRuns);
  const looks = settled.length > 0 ? settled : all;
  const count = Math.max(1, Math.floor(looks.length * ends));
  return (Object.keys(bounds) as Quantity[]).map((quantity) => {
    const start = median(looks.slice(0, count).map((look) => look[quantity]));
    const end = median(looks.slice(-count).map((look) => look[quantity]));
    const { share, bytes } = bounds[quantity];
    return { quantity, start, end, max: start * (1 + share) + bytes };
  });
}

export function isWithin({ end, max }: Drift): boolean {
  return end <= max;
}

/** The rate of the long run at the start and at the end. It is told, not judged: others may use the machine too. */
export function ratesOf(looks: readonly Look[]): { readonly start: number; readonly end: number } {
  const count = Math.max(1, Math.floor(looks.length * ends));
  const rates = looks.map(({ rate }) => rate);
  return { start: median(rates.slice(0, count)), end: median(rates.slice(-count)) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}
