import { problems } from '../problems/catalogue.ts';

/** The problems that a page offers: those that need neither data files nor packages, and whose size is known. */
export const pageProblems = problems.flatMap((entry) =>
  entry.needs === undefined && entry.size ? [{ ...entry, size: entry.size }] : [],
);
