/** Whether the tests run in a page: those of operations, plans and devices run in Node and in Chromium. */
export const inBrowser: boolean = typeof document !== 'undefined';

/**
 * Of examples that cost the compilation of many pipelines, those that are run here: all in Node, in Chromium every
 * sixth. They are there to tell kernels apart, and the kernels are the same.
 */
export const examples = <Example>(all: readonly Example[]): readonly Example[] =>
  inBrowser ? all.filter((_, i) => i % 6 === 0) : all;
