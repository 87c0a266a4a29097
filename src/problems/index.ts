export { type ProblemEntry, problems } from './catalogue.ts';
export { describeProblem, type ProblemDescription, type ProblemSize, type RunPreset } from './description.ts';
export { defineProblem, makeProblem, type ProblemDefinition, type ProblemResources } from './problem.ts';
