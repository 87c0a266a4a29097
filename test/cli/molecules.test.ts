import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { decodeCheckpoint } from '../../src/checkpoint/checkpoint-file.ts';
import { namedObjects, objectTable } from '../../src/cli/molecules.ts';
import type { AnyProblem } from '../../src/environment/environment.ts';
import { moleculeReward } from '../../src/molecules/molecule-reward.ts';
import { openNodeChemistry } from '../../src/node/index.ts';
import type { Schema } from '../../src/options/index.ts';
import type { ListedProblem } from '../../src/problems/listed.ts';
import { drugFragmentTrees } from '../../src/problems/molecules/environment.ts';
import { qm9Atoms } from '../../src/problems/qm9-atoms/environment.ts';
import { fakeTerminal, flowtape } from './command-line.ts';
import { inOwnFolder } from './own-folder.ts';

inOwnFolder('molecules');

/** A network and numbers of trajectories that take no time. */
const tiny = [
  ...['--network-width', '8', '--network-layers', '1', '--network-heads', '1', '--batch', '6', '--device', 'cpu'],
  ...[
    '--evaluation-trajectories',
    '8',
    '--max-fragments',
    '3',
    '--keep-best',
    '50',
    '--optimizer-average-decay',
    '0.9',
  ],
];

/** Rates SMILES for the problem `rated`; tests put another in its place. */
let rate: (smiles: readonly string[]) => Promise<number[]>;

/** Molecules whose score is how long their SMILES is, or what `rate` says. */
function ratedProblem(schema: Schema): ListedProblem {
  return {
    name: 'rated',
    summary: 'Molecules rated by a test.',
    options: schema,
    async create(options = {}, _data, { chemistry } = {}): Promise<AnyProblem> {
      if (chemistry === undefined) throw new Error('This problem needs chemistry.');
      const environment = drugFragmentTrees({ maxFragments: Number(options.maxFragments) });
      const { stateSize, moleculeOf } = environment;
      const reward = moleculeReward({
        ...{ name: 'length', chemistry: await chemistry(), stateSize, moleculeOf, rate: (smiles) => rate(smiles) },
        logReward: Math.log,
      });
      return { environment, reward, moleculeOf };
    },
  };
}

vi.mock('../../src/run/catalogue.ts', async (load) => {
  const { catalogue } = await load<typeof import('../../src/run/catalogue.ts')>();
  const { integer } = await import('../../src/options/index.ts');
  const rated = ratedProblem({ maxFragments: integer(3, { min: 1, max: 9, help: 'the most fragments' }) });
  return { catalogue: { ...catalogue, problems: [...catalogue.problems, rated] } };
});

const withChemistry = { openChemistry: openNodeChemistry };

const lengths = async (smiles: readonly string[]) => smiles.map(({ length }) => length);

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const linesOf = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n');

describe('a run of molecules', () => {
  test('leaves its best molecules as SMILES, as a table and drawn, and can be sampled and evaluated', async () => {
    rate = lengths;
    const { code, stdout, stderr } = await flowtape(
      ['train', 'rated', ...tiny, '--steps', '3', '--out', 'run'],
      undefined,
      withChemistry,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const said of ['reward: length', 'mean score', 'ELBO', 'best of all']) expect(stdout).toContain(said);
    expect(readdirSync('run').sort()).toEqual(
      [
        ...['best-molecules.svg', 'diverse-molecules.svg'],
        ...['checkpoint.safetensors', 'config.json', 'curve.svg', 'metrics.csv', 'metrics.jsonl'],
        ...['objects.csv', 'report.html', 'summary.json'],
      ].sort(),
    );
    const [heads, ...rows] = linesOf('run/objects.csv');
    expect(heads).toBe('rank,smiles,score,log_reward');
    const listed = rows.map((row) => row.split(','));
    // Different molecules, from the longest SMILES down, each with its length.
    expect(new Set(listed.map(([, smiles]) => smiles)).size).toBe(listed.length);
    for (const [i, [rank, smiles, score, logReward]] of listed.entries()) {
      expect([Number(rank), Number(score)]).toEqual([i + 1, smiles.length]);
      expect(Number(logReward)).toBeCloseTo(Math.log(smiles.length), 12);
      if (i > 0) expect(smiles.length).toBeLessThanOrEqual(listed[i - 1][1].length);
    }
    const { best, reward } = readJson('run/summary.json');
    expect(reward).toBe('length');
    expect(best.map(({ smiles }: { smiles: string }) => smiles)).toEqual(
      listed.slice(0, 10).map(([, smiles]) => smiles),
    );
    const report = readFileSync('run/report.html', 'utf8');
    for (const said of ['The best molecules', 'The most diverse', 'Reward: length', 'Tanimoto']) {
      expect(report).toContain(said);
    }

    const samples = await flowtape(
      ['sample', '--run', 'run', '-n', '5', '--device', 'cpu', '--json'],
      undefined,
      withChemistry,
    );
    const drawn = samples.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(drawn).toHaveLength(5);
    const chemistry = await openNodeChemistry();
    for (const { object, score, logReward } of drawn) {
      expect(score).toBe(object.length);
      expect(logReward).toBeCloseTo(Math.log(object.length), 5);
      expect(chemistry.canonicalSmiles(chemistry.readSmiles(object))).toBe(object);
    }
    const evaluated = await flowtape(['eval', '--run', 'run', '--device', 'cpu', '--json'], undefined, withChemistry);
    // The run's last evaluation again: of its averaged parameters, with the same random numbers.
    expect(JSON.parse(evaluated.stdout)).toEqual(readJson('run/summary.json').metrics);
  });

  test('whose reward fails ends with an error that names the molecule, and keeps what it had learnt', async () => {
    let asked = 0;
    rate = async (smiles) => {
      asked += smiles.length;
      if (asked > 30) throw new Error('the docking program has gone away');
      return lengths(smiles);
    };
    const { code, stderr } = await flowtape(
      ['train', 'rated', ...tiny, '--steps', '99', '--out', 'run'],
      undefined,
      withChemistry,
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/after iteration \d+: The reward length fails for \S+: the docking program has gone away\./);
    expect(stderr).toContain('What was learnt until then is in run.');
    const summary = readJson('run/summary.json');
    expect(summary.status).toBe('failed');
    expect(summary.failure).toContain('the docking program has gone away');
    expect(summary.best.length).toBeGreaterThan(0);
    expect(linesOf('run/objects.csv').length).toBeGreaterThan(summary.best.length);
    expect(decodeCheckpoint(readFileSync('run/checkpoint.safetensors')).state.step).toBe(summary.steps);
    expect(readFileSync('run/report.html', 'utf8')).toContain('It failed: ');
  });

  test('that is stopped keeps its best molecules', async () => {
    const terminal = fakeTerminal();
    let questions = 0;
    rate = async (smiles) => {
      if (++questions === 6) terminal.interrupt(2);
      return lengths(smiles);
    };
    const words = ['train', 'rated', ...tiny, '--steps', '500', '--out', 'run'];
    expect((await flowtape(words, undefined, { ...withChemistry, terminal })).code).toBe(130);
    expect(readJson('run/summary.json').status).toBe('stopped');
    expect(linesOf('run/objects.csv').length).toBeGreaterThan(1);
    expect(existsSync('run/best-molecules.svg')).toBe(true);
  });

  test('says at which inverse temperature each of its best molecules got its reward', async () => {
    const words = ['--max-atoms', '3', '--keep-best', '20', '--steps', '4', '--batch', '16'];
    const network = ['--network-width', '8', '--network-layers', '1', '--network-heads', '1', '--device', 'cpu'];
    const { code } = await flowtape(
      ['train', 'qm9-atoms', ...words, ...network, '--evaluation-trajectories', '8', '--out', 'run'],
      undefined,
      withChemistry,
    );
    expect(code).toBe(0);
    const { best } = readJson('run/summary.json');
    expect(best.length).toBeGreaterThan(0);
    // Of a valid molecule R is the score to the power of the inverse temperature.
    for (const { score, inverseTemperature, logReward } of best) {
      expect(inverseTemperature).toBeGreaterThanOrEqual(0.5);
      expect(inverseTemperature).toBeLessThanOrEqual(32);
      expect(logReward).toBeCloseTo(inverseTemperature * Math.log(score), 4);
    }
    expect(readFileSync('run/report.html', 'utf8')).toContain('inverse temperature');
    const cold = await flowtape(
      ['sample', '--run', 'run', '--inverse-temperature', 'abc', '--device', 'cpu'],
      undefined,
      withChemistry,
    );
    expect(cold).toMatchObject({ code: 2, stderr: 'flowtape: --inverse-temperature takes a number, not "abc".\n' });
    const evaluate = (...words: string[]) =>
      flowtape(['eval', '--run', 'run', '--device', 'cpu', '--json', ...words], undefined, withChemistry);
    const at = async (inverseTemperature: string) => {
      const { stdout } = await evaluate('--inverse-temperature', inverseTemperature);
      return JSON.parse(stdout);
    };
    const [hot, warm] = [await at('1'), await at('16')];
    // Invalid molecules have an inverse temperature too, times the logarithm of a tiny reward.
    expect(warm.meanLogReward).toBeLessThan(hot.meanLogReward);
    expect(warm.logPartition).not.toBe(hot.logPartition);
    expect((await evaluate('--inverse-temperature', '33')).stderr).toMatch(/--inverse-temperature: .* from 0.5 to 32/);
    expect((await evaluate('--inverse-temperature', '4', '--gradient-variance')).stderr).toMatch(/leave .* out/);
    const [heads, first] = linesOf('run/objects.csv');
    expect(heads).toBe('rank,smiles,score,inverse_temperature,log_reward');
    expect(Number(first.split(',')[3])).toBe(best[0].inverseTemperature);
  });

  test('is refused before any work without a chemistry package, with the command that installs it', async () => {
    const missing = 'Molecules need the package @rdkit/rdkit, which is not installed. Run: npm install @rdkit/rdkit';
    const openChemistry = async () => {
      throw new Error(missing);
    };
    const { code, stderr } = await flowtape(['train', 'molecules', '--out', 'run'], undefined, { openChemistry });
    expect(code).toBe(2);
    expect(stderr).toContain(`flowtape: Cannot set up molecules: ${missing}`);
    expect(existsSync('run')).toBe(false);
  });
});

describe('objects by name', () => {
  const environment = drugFragmentTrees();
  const { stateSize, moleculeOf } = environment;
  const found = (text: string, logReward: number, score?: number) => {
    const state = new Int32Array(stateSize);
    environment.parse?.(text, state);
    return { state, logReward, score };
  };

  test('count as one if trees of fragments give one molecule, the better of them', async () => {
    const problem = { environment, reward: { name: 'none', logReward: () => 0 }, moleculeOf };
    const chemistry = await openNodeChemistry();
    // Two carbons, whichever of their stems are taken, are ethane.
    const rated = [found('C{0:0 C}', 2, 3), found('C{1:2 C}', 1, 2), found('C', 0)];
    expect(namedObjects({ problem, chemistry }, rated)).toEqual([
      { name: 'CC', logReward: 2, score: 3 },
      { name: 'C', logReward: 0 },
    ]);
  });

  test('that hold commas or quotes are quoted in the table', () => {
    const table = objectTable([{ name: 'a,"b"', logReward: -1 }], { environment });
    expect(table).toBe('rank,object,log_reward\n1,"a,""b""",-1\n');
  });

  test('have the condition under which they got their reward in the table, if each has its own', () => {
    const drawn = qm9Atoms({ maxAtoms: 2, temperatures: true });
    const table = objectTable([{ name: 'CO', score: 0.5, logReward: -2, condition: 4 }], {
      environment: drawn,
      moleculeOf: drawn.moleculeOf,
    });
    expect(table).toBe('rank,smiles,score,inverse_temperature,log_reward\n1,CO,0.5,4,-2\n');
  });
});
