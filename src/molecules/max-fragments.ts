/** More than these and the rows are long, with no molecule of interest that large. */
export const MAX_FRAGMENTS = 32;
