/** More atoms than these take longer to put in canonical order than networks take to look at them. */
export const MAX_QM9_ATOMS = 15;
