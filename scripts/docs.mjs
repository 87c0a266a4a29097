// node scripts/docs.mjs [FOLDER [GUIDE]]: writes the API reference, build/api/index.html, from the docstrings of what the
// package exports. A broken link or an export without a docstring is an error. GUIDE is where its pages lead back to, as seen
// from FOLDER.
import { spawnSync } from 'node:child_process';
import { devNull } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Application, Comment, CommentTag, Converter, PageEvent, TSConfigReader } from 'flowtape-api-reference';
import { entries } from './build/entries.mjs';
import { withSlashes } from './build/paths.mjs';

/** Headings for the folders of src, in the order on pages. */
const headings = {
  environment: 'Environments and their rewards',
  objective: 'Objectives',
  train: 'Training',
  metrics: 'Figures',
  rollout: 'Rollouts',
  replay: 'Replay buffers',
  molecules: 'Molecules',
  rows: 'Row language',
  chemistry: 'Chemistry',
  ops: 'Operations',
  tape: 'Tapes',
  nn: 'Networks and optimisers',
  plan: 'Plans',
  device: 'Devices',
  node: 'Devices and chemistry in Node',
  gradcheck: 'Checking gradients and devices',
};
const { index, ...others } = entries;
const [, , folder = 'build/api', guide = '../../docs/README.md'] = process.argv;
/** Stands for the guide's address, which differs with the depth of a page. */
const guideLink = 'https://guide.invalid';
process.chdir(fileURLToPath(new URL('..', import.meta.url)));
// In a checkout without a remote, links to sources have no target, and TypeDoc would warn.
if (spawnSync('git', ['remote', 'get-url', 'origin']).status !== 0) process.env.GIT_DIR = devNull;

const app = await Application.bootstrap(
  {
    name: 'flowtape',
    // What several entries export is described under the first; `index` has everything, and comes last.
    entryPoints: [...Object.values(others), index],
    tsconfig: 'tsconfig.types.json',
    readme: 'none',
    out: folder,
    navigationLinks: { Guide: guideLink },
    // `npm run typecheck` has found errors of types already.
    skipErrorChecking: true,
    excludeExternals: true,
    groupOrder: Object.values(headings),
    kindSortOrder: ['Function', 'Class', 'Variable', 'Interface', 'TypeAlias'],
    sort: ['kind', 'alphabetical'],
    // Types that users only meet as fields of others, and need not name.
    intentionallyNotExported: [
      ...['Layout', 'Operand', 'Placement'],
      ...['PlanStep', 'RdkitMolecule', 'SehArray'],
      ...['BackwardData', 'CriticUpdateInput', 'DistinctStates', 'Distribution', 'NamedArray', 'NetworkShape'],
      ...['NetworkState', 'OutputKinds', 'ParentData', 'PolicyUpdateInput', 'ProblemChoice'],
      ...['RatedEnvironment', 'StatePotential', 'ValueUpdateInput'],
      ...['AdamConstants', 'AdapterRequest', 'Base', 'BestState', 'BitSequenceSize', 'Bounds'],
      ...['BufferViews', 'CellPlace', 'CellsPlace', 'ChoiceOption', 'Comparison', 'ConjugateGradientOptions'],
      ...['DTypeOf', 'Derivative', 'DrawOptions', 'EnvironmentRowFunctions', 'Expression', 'FeatureObservation'],
      ...['GraphFamily', 'SequenceFamily', 'RelationFamily'],
      ...['FieldKind', 'FlagOption', 'Flat', 'GivenOptions'],
      ...['GivenTraining', 'GraphNetwork', 'GraphObservation', 'GraphTransformerOptions'],
      ...['GroupOption', 'HostBuffer', 'HotInputs', 'HypergridHeights', 'HypergridSize', 'InputValues'],
      ...['IntegerOption', 'LearningRate', 'LikeOf', 'LoopHint', 'ModesName', 'Node'],
      ...['NumberOption', 'OfNumber', 'OfNumbers', 'OptimizerKey', 'OptimizerRecipe', 'Option'],
      ...['OptionValues', 'OptionsOf', 'ParameterGroup', 'PlanConstant', 'RecordOptions', 'Recording'],
      ...['ReplayState', 'RewardRowFunctions', 'Rule', 'Schema', 'Source', 'StartValues'],
      ...['StartWorker', 'TensorOfEach', 'TokenObservation', 'UniformEvaluationOptions', 'Value', 'Values'],
      ...['backwardOptions'],
    ],
    validation: { notExported: true, invalidLink: true, notDocumented: true },
    requiredToBeDocumented: ['Class', 'Enum', 'Function', 'Interface', 'TypeAlias', 'Variable'],
  },
  [new TSConfigReader()],
);
app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
  // A member named by a symbol has no place for a docstring.
  for (const reflection of Object.values(project.reflections)) {
    if (reflection.name !== '[asyncDispose]') continue;
    reflection.comment ??= new Comment([{ kind: 'text', text: 'Closes it: `await using` calls this.' }]);
  }
  for (const module of project.children ?? []) {
    for (const exported of module.children ?? []) {
      const source = withSlashes(exported.sources?.[0]?.fullFileName ?? '')
        .split('/src/')[1]
        ?.split('/')[0];
      if (exported.isReference() || !(source in headings)) continue;
      exported.comment ??= new Comment();
      exported.comment.blockTags.push(new CommentTag('@group', [{ kind: 'text', text: headings[source] }]));
    }
  }
});
app.renderer.on(PageEvent.END, (page) => {
  const up = '../'.repeat(page.url.split('/').length - 1);
  page.contents = page.contents?.replaceAll(`href="${guideLink}"`, `href="${up}${guide}"`);
});
const project = await app.convert();
if (!project) process.exit(1);
app.validate(project);
await app.generateOutputs(project);
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1;
