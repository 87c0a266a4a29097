/** Residues by number, as the published network counts them. */
export const RESIDUES = 'ARNDCEQGHILKMFPSTWYV';

/** The most residues of a peptide that the published network knows. */
export const MAX_PEPTIDE = 60;

/** Behind the last residue of a peptide of less than 60. */
export const END_TOKEN = 21;

/** At every place behind that. */
export const PADDING_TOKEN = 22;
