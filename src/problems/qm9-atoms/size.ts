/** With more atoms, finding the canonical order takes longer than the network. */
export const MAX_QM9_ATOMS = 15;
