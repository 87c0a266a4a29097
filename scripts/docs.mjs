// Writes the API reference, build/api/index.html, from the docstrings of what the package exports. A broken link and an
// exported thing without a docstring are errors.
import { fileURLToPath } from 'node:url';
import { Application, TSConfigReader } from 'flowtape-api-reference';
import { entries } from './entries.mjs';

const { index, ...others } = entries;
process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const app = await Application.bootstrap(
  {
    name: 'flowtape',
    // What several entries export is described under the first: `index` has it all, and comes last.
    entryPoints: [...Object.values(others), index],
    tsconfig: 'tsconfig.types.json',
    readme: 'none',
    out: 'build/api',
    excludeExternals: true,
    // What a user meets as a field of something else, and has no need to name.
    intentionallyNotExported: [
      ...['GraphBatch', 'Iteration', 'KernelName', 'KernelStep', 'Layout', 'NamedTensors', 'Operand', 'Placement'],
      ...['PlanStep', 'RdkitMolecule', 'RecordedData', 'SehArray', 'SettledOptions'],
    ],
    validation: { notExported: true, invalidLink: true, notDocumented: true },
    requiredToBeDocumented: ['Class', 'Enum', 'Function', 'Interface', 'TypeAlias', 'Variable'],
  },
  [new TSConfigReader()],
);
const project = await app.convert();
if (!project) process.exit(1);
app.validate(project);
await app.generateOutputs(project);
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1;
