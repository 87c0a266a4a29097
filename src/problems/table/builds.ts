/** How sequences are made: letters are added at the end, at either end, or at any place that is still empty. */
export const sequenceBuilds = ['append', 'prepend-append', 'any-order'] as const;

export type SequenceBuild = (typeof sequenceBuilds)[number];
