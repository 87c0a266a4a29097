/** The problems of the experiments of arXiv 2606.15793, by kind. */
export const paperExperiments = {
  grids: ['hypergrid'],
  sequences: ['tfbind8', 'qm9-string'],
  molecules: ['qm9-atoms', 'seh'],
} as const;
