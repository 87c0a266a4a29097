import { objectives } from '../objective/catalogue.ts';
import { hasEffect } from '../run/effective-options.ts';
import type { RunConfig } from '../run/run-config.ts';
import { differingSettings } from './address.ts';
import { pageCatalogue, pageProblem } from './catalogue.ts';
import { defaultConfig } from './default-config.ts';
import { pageProblems } from './page-problems.ts';

/**
 * The command line for a run of this configuration: its differences from the command's own defaults, without settings
 * that have no effect, which the command would refuse. Undefined for an environment from a program, which does not fit on
 * a line.
 */
export function asCommand(config: RunConfig): string | undefined {
  const { typedProgram } = pageProblem(config.problem);
  if (typedProgram && config.problemOptions[typedProgram.made] !== undefined) return undefined;
  const words = ['npx', 'flowtape', 'train', config.problem];
  if (config.objective !== defaultConfig().objective) words.push('--objective', config.objective);
  for (const { key, path, text: value } of differingSettings(config)) {
    if (!hasEffect(pageCatalogue, config, path)) continue;
    if (value === 'true' || value === 'on') words.push(`--${key}`);
    else if (value === 'false' || value === 'off') words.push(`--no-${key}`);
    else words.push(`--${key}`, /^[\w.+-]+$/.test(value) ? value : `'${value}'`);
  }
  return words.join(' ');
}

/**
 * A program for a run of this configuration, bit for bit on the same device; undefined if the library has no function
 * for the problem or the objective.
 */
export function asProgram(config: RunConfig): string | undefined {
  const objective = objectives.find(({ name }) => name === config.objective)?.functionName;
  const problem = pageProblems.find(({ name }) => name === config.problem)?.program?.(config.problemOptions);
  if (objective === undefined || problem === undefined) return undefined;
  const { steps, batch, seed, evaluateEvery, device, objectiveOptions, trainingOptions } = config;
  const settings = { steps, batch, seed, evaluateEvery, ...trainingOptions };
  const lines = Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${name}: ${literal(value)},`);
  return [
    `import { ${['openDevice', objective, ...problem.imports, 'train'].join(', ')} } from 'flowtape';`,
    ...(problem.setup === undefined ? [] : [problem.setup]),
    '',
    `const { device } = await openDevice('${device}');`,
    'const run = await train({',
    '  device,',
    `  environment: ${problem.environment},`,
    `  reward: ${problem.reward},`,
    `  objective: ${objective}(${literal(objectiveOptions)}),`,
    ...lines,
    '});',
    'console.log((await run.evaluate()).metrics);',
    '',
  ].join('\n');
}

/** A value in TypeScript: JSON without quotes around names. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'string') return `'${value.replace(/['\\]/g, '\\$&')}'`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  if (entries.length === 0) return '{}';
  return `{ ${entries.map(([name, each]) => `${/^\w+$/.test(name) ? name : `'${name}'`}: ${literal(each)}`).join(', ')} }`;
}
