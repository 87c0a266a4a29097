/** Residues by number, in the order of the published network. */
export const RESIDUES = 'ARNDCEQGHILKMFPSTWYV';

/** The longest peptide that the published network accepts. */
export const MAX_PEPTIDE = 60;

/** The token after the last residue of a peptide shorter than 60. */
export const END_TOKEN = 21;

/** The token at every later position. */
export const PADDING_TOKEN = 22;
