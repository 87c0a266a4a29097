/** How sequences are built: letters are added at the end, at either end, or at any empty place. */
export const sequenceBuilds = ['append', 'prepend-append', 'any-order'] as const;

export type SequenceBuild = (typeof sequenceBuilds)[number];
