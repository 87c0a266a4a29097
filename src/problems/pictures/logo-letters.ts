/** A letter of a sequence logo; sizes are shares of the picture's height. */
export interface LogoLetter {
  readonly letter: string;
  readonly place: number;
  readonly bottom: number;
  readonly height: number;
}

/**
 * The information of a position in bits: 0 if all letters are equally frequent, log2 of their number if there is only
 * one; times the share of sequences that have a letter there.
 */
export function informationOf(shares: ArrayLike<number>): number {
  const present = Array.from(shares).reduce((sum, share) => sum + share, 0);
  let bits = Math.log2(shares.length);
  for (let i = 0; i < shares.length; i++) {
    if (shares[i] > 0) bits += (shares[i] / present) * Math.log2(shares[i] / present);
  }
  return present * Math.max(0, bits);
}

/**
 * The layout of each position's letters, the rarest at the bottom: together as high as the position's information.
 * @param highest the bits of the whole height
 */
export function logoLetters(letters: string, shares: readonly ArrayLike<number>[], highest: number): LogoLetter[] {
  return shares.flatMap((found, place) => {
    const bits = informationOf(found);
    let bottom = 0;
    return Array.from(letters, (letter, i) => ({ letter, share: found[i] }))
      .sort((a, b) => a.share - b.share)
      .map(({ letter, share }) => {
        const height = (share * bits) / highest;
        bottom += height;
        return { letter, place, bottom: bottom - height, height };
      });
  });
}
