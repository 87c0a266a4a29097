/** The vocabularies: JSON with the SMILES and the attachment points of each fragment. */
export const SEH_FRAGMENTS_FILE = 'seh_fragments.json';
/** Published molecules of high reward: JSON with the SMILES and a tree of fragments of each. */
export const SEH_MOLECULES_FILE = 'seh_test_molecules.json';

/** The network's weights, float32, one array after another. */
export const SEH_WEIGHTS_FILE = 'seh_proxy_f32le.bin';

/** `full`: the 72 fragments of Bengio et al. (2021). `reduced`: the 18 of Shen et al. (2023). */
export const SEH_VOCABULARIES = ['full', 'reduced'] as const;
export type SehVocabulary = (typeof SEH_VOCABULARIES)[number];
