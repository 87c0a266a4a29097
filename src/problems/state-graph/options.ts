import { text } from '../../options/index.ts';
import { describeProblem } from '../description.ts';
import { smallRun } from '../small-runs.ts';
import { inputsOf, longestWalk, maxGraphLength, readStateGraph } from './read-graph.ts';
import { templateGraph, templateProgram } from './template.ts';

/** The longest program, in characters: an address has room for it. */
export const maxProgramLength = 4000;

/** The graph of complete options; the template's where none is given. */
export function graphOf({ graph }: { readonly graph?: string | undefined }) {
  return graph === undefined ? templateGraph() : readStateGraph(graph);
}

export const stateGraphProblem = describeProblem({
  name: 'state-graph',
  title: 'An environment of your own',
  summary: 'States, actions and rewards that a program of yours tells; at first an example, a rucksack to be packed.',
  sentence:
    'Here it walks through states of your own, action by action, until it comes to an end. Trained well, it comes to each end as often as that end’s share of all the reward.',
  object: { one: 'end', many: 'ends' },
  options: {
    graph: text({
      maxLength: maxGraphLength,
      help: 'the states as JSON, as a page saves them with its checkpoints; the example where it is left out',
    }),
    program: text({ maxLength: maxProgramLength, help: 'the program that they were made by; nothing runs it' }),
  },
  check(options) {
    graphOf(options);
  },
  defaults: () => smallRun(2000),
  size(options) {
    const graph = graphOf(options);
    const states = graph.states.length;
    return { states, maxSteps: longestWalk(graph), inputs: inputsOf(graph), actions: graph.actions.length };
  },
  program: ({ program = templateProgram }) => ({
    imports: [],
    setup: [
      "import { stateGraph } from 'flowtape/extend';",
      '',
      'function environmentOfMine() {',
      ...program
        .trimEnd()
        .split('\n')
        .map((line) => (line === '' ? '' : `  ${line}`)),
      '}',
      'const { environment, reward } = stateGraph(environmentOfMine());',
    ].join('\n'),
    environment: 'environment',
    reward: 'reward',
  }),
  typedProgram: { program: 'program', made: 'graph', start: templateProgram },
});
