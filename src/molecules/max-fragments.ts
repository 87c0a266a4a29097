/** Larger ones would make rows long, and molecules of interest are smaller. */
export const MAX_FRAGMENTS = 32;
