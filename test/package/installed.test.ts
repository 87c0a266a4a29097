import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { publint } from 'publint';
import { build as buildWithVite } from 'vite';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { bundlePage, runPage } from '../../scripts/page/page-sizes.mjs';
import { expectPrinted } from './printed.ts';
import { installIntoEmptyProject, readPackage, type UserProject } from './project.ts';

let project: UserProject;
beforeAll(() => {
  project = installIntoEmptyProject();
});
afterAll(() => project?.remove());

const { exports, ...about } = readPackage();
const entries = Object.keys(exports).filter((entry) => entry !== './package.json');
const nameOf = (entry: string) => entry.replace(/^\./, 'flowtape');

describe('what is published', () => {
  test('is ESM without side effects and depends on nothing; a GPU and chemistry are optional peers', () => {
    expect(about).toMatchObject({ type: 'module', sideEffects: false });
    expect(about.dependencies).toBeUndefined();
    expect(Object.keys(about.peerDependencies).sort()).toEqual(['@rdkit/rdkit', 'webgpu']);
    for (const name of Object.keys(about.peerDependencies)) {
      expect(about.peerDependenciesMeta[name]).toEqual({ optional: true });
    }
  });

  test('names the declarations of every entry first, and has both files', () => {
    for (const entry of entries) {
      const files = exports[entry] as { types: string; default: string };
      expect(Object.keys(files)).toEqual(['types', 'default']);
      for (const file of Object.values(files)) expect(project.packed).toContain(file.replace('./', ''));
    }
    // As every tool finds them, not just those that know the endings of sources.
    for (const file of project.packed.filter((path) => path.endsWith('.d.ts'))) {
      const text = readFileSync(join(project.folder, 'node_modules/flowtape', file), 'utf8');
      expect(text, file).not.toMatch(/^(?:im|ex)port .*\.ts['"]/m);
    }
  });

  test('contains the library, its declarations, the command line and the authors', () => {
    const kind = (path: string) => path.replace(/^(dist\/(?:lib|types|assets))\/.*$/, '$1');
    expect([...new Set(project.packed.map(kind))].sort()).toEqual([
      'LICENSE',
      'README.md',
      'dist/THIRD-PARTY-NOTICES.txt',
      'dist/assets',
      'dist/cli.js',
      'dist/lib',
      'dist/types',
      'package.json',
    ]);
    // Neither sources nor maps to them, nor anything that the entries' declarations do not name.
    expect(project.packed.filter((path) => /\.map$|\.wgsl$|[^d]\.ts$|\.test\.|types\/cli/.test(path))).toEqual([]);
  });

  test('tells the licences of others whose work is in it', () => {
    const notices = readFileSync(join(project.folder, 'node_modules/flowtape/dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const name of ['commander', 'vega', 'cli-progress', '@resvg/resvg-wasm', 'dejavu-fonts-ttf', 'assemblyscript'])
      expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'));
    expect(notices).toContain('Permission is hereby granted');
  });

  test('is in order for publint', async () => {
    const bytes = readFileSync(project.tarball);
    const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    expect((await publint({ pack: { tarball }, strict: true })).messages).toEqual([]);
  });

  test('has types that are right for every importer, according to are-the-types-wrong', () => {
    const attw = resolve('node_modules/@arethetypeswrong/cli/dist/index.js');
    // Two entries of the kinds there are; every entry's declarations are compiled below, each way to resolve them.
    const looked = ['--profile', 'esm-only', '--entrypoints', '.', './node'];
    const found = project.run(process.execPath, attw, project.tarball, '--format', 'json', ...looked);
    const { analysis } = JSON.parse(found) as {
      analysis: { entrypoints: Record<string, { hasTypes: boolean }>; problems: { resolutionKind?: string }[] };
    };
    // Of the four ways to resolve a module, two cannot import ESM.
    const cannot = ['node10', 'node16-cjs'];
    expect(analysis.problems.filter(({ resolutionKind = '' }) => !cannot.includes(resolutionKind))).toEqual([]);
    expect(Object.keys(analysis.entrypoints).sort()).toEqual(['.', './node']);
  });
});

describe('installed in an empty project, without network', () => {
  test('every entry is imported by itself', () => {
    for (const entry of entries) {
      const name = nameOf(entry);
      const program = `import * as all from '${name}'; console.log(Object.keys(all).length > 0);`;
      expect(project.run(process.execPath, '--input-type=module', '-e', program)).toBe('true\n');
    }
  });

  test('entries share what they have in common: the same function from two of them is one function', () => {
    const program = `
      import { openDevice, totalVariation } from 'flowtape';
      import * as engine from 'flowtape/engine';
      import * as extend from 'flowtape/extend';
      import * as rows from 'flowtape/rows';
      console.log(openDevice === engine.openDevice, typeof totalVariation, typeof extend.policyNetwork, typeof rows.sum);`;
    expect(project.run(process.execPath, '--input-type=module', '-e', program)).toBe(
      'true function function function\n',
    );
  });

  test('a problem loaded by name shares the row language of the entries', () => {
    const program = `
      import { hypergrid } from 'flowtape';
      const file = new URL('problems-hypergrid-problem.js', import.meta.resolve('flowtape'));
      const { problem } = await import(file);
      const { environment } = problem.make({ dimension: 2, side: 4, reward: 'easy' });
      const [one, other] = [new Int32Array(3), new Int32Array(3)];
      environment.step(one, 1);
      hypergrid({ dimension: 2, side: 4 }).step(other, 1);
      console.log(...one, ...other);`;
    expect(project.run(process.execPath, '--input-type=module', '-e', program)).toBe('0 1 0 0 1 0\n');
  });

  test('what is loaded on demand throws the errors that are exported', () => {
    const program = `
      import { DeviceLostError } from 'flowtape';
      import { openCpuDevice } from 'flowtape/engine';
      const device = await openCpuDevice({ threads: 1 });
      device.destroy();
      await device.finish().catch((error) => console.log(error instanceof DeviceLostError));`;
    expect(project.run(process.execPath, '--input-type=module', '-e', program)).toBe('true\n');
  });

  test('a CommonJS program requires it', () => {
    const program = "console.log(typeof require('flowtape').train, typeof require('flowtape/node').openNodeDevice);";
    expect(project.run(process.execPath, '-e', program)).toBe('function function\n');
  });

  const training = (preference: string) => `
    import { hypergrid, hypergridReward, train, trajectoryBalance } from 'flowtape';
    import { openNodeDevice } from 'flowtape/node';
    const { device } = await openNodeDevice('${preference}');
    const size = { dimension: 2, side: 4 };
    const problem = { environment: hypergrid(size), reward: hypergridReward({ ...size, difficulty: 'easy' }) };
    const { metrics } = await train({ device, problem, objective: trajectoryBalance(), steps: 5, batch: 8 });
    console.log(device.kind, metrics.totalVariation > 0 && metrics.totalVariation < 1);
    device.destroy();`;

  test('it trains on WebAssembly, and says what a GPU needs', () => {
    expect(project.run(process.execPath, '--input-type=module', '-e', training('auto'))).toBe('cpu true\n');
    const program = `
      import { openNodeDevice } from 'flowtape/node';
      await openNodeDevice('webgpu').catch(({ message }) => console.log(message));`;
    expect(project.run(process.execPath, '--input-type=module', '-e', program)).toContain('npm install webgpu');
  });

  test('its command is there, and trains', () => {
    expect(project.run('npx', 'flowtape', '--help')).toContain('Usage: flowtape');
    vi.stubEnv('FLOWTAPE_PNG', '');
    const command = 'node_modules/flowtape/dist/cli.js';
    const trained = project.run(process.execPath, command, 'train', 'hypergrid', '--steps', '5', '--out', 'run');
    vi.unstubAllEnvs();
    expect(trained).toContain('left in run');
    expect(readFileSync(join(project.folder, 'run/curve.png')).subarray(1, 4).toString()).toBe('PNG');
  });

  // What was written above has to hold without the package; so this comes last.
  test('with the package webgpu beside it, it trains on WebGPU', () => {
    project.link('webgpu');
    expect(project.run(process.execPath, '--input-type=module', '-e', training('webgpu'))).toBe('webgpu true\n');
  });
});

describe('in TypeScript, strict, with every declaration checked', () => {
  const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
  const base = { target: 'es2022', ...strict, skipLibCheck: false, noEmit: true };
  const compilers = {
    'TypeScript 7': 'node_modules/typescript',
    'TypeScript 5.9': 'scripts/check/typescript-5/node_modules/typescript',
  };
  type Compiler = keyof typeof compilers;
  const compile = (compiler: Compiler, program: string, options: object) => {
    project.write('user.ts', program);
    project.write('tsconfig.json', JSON.stringify({ compilerOptions: { ...base, ...options }, files: ['user.ts'] }));
    return project.run(process.execPath, resolve(compilers[compiler], 'bin/tsc'), '-p', '.');
  };

  test.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])('with modules %s resolved as %s', (module, moduleResolution) => {
    const program = readFileSync('test/package/user.ts', 'utf8');
    expect(compile('TypeScript 7', program, { module, moduleResolution, lib: ['es2022', 'dom'], types: [] })).toBe('');
    for (const entry of entries) expect(program).toContain(`from '${nameOf(entry)}'`);
    // The program is wrong in one place, where it says so: types that hold nothing would not object.
    expect(program).toContain('@ts-expect-error');
  });

  // The same without a name that only some programs know: of WebGPU, WebAssembly, a browser or Node.
  const plain = `
    ${entries.map((entry, i) => `import * as entry${i} from '${nameOf(entry)}';`).join('\n')}
    import { type Device } from 'flowtape';
    import { openWebgpuDevice } from 'flowtape/engine';
    import { openNodeGpu } from 'flowtape/node';
    export const all = [${entries.map((_, i) => `entry${i}`).join(', ')}];
    export async function open(): Promise<Device | undefined> {
      const adapter = await (await openNodeGpu()).requestAdapter({ powerPreference: 'high-performance' });
      const most: number | undefined = adapter?.limits.maxBufferSize;
      // @ts-expect-error: it is no adapter.
      await openWebgpuDevice({ limits: most });
      return adapter === null ? undefined : openWebgpuDevice(adapter);
    }`;

  // TypeScript 5.9 takes seconds: it is asked for the fewest names, and below for the most.
  test.each<[Compiler, string, string[], string[]]>([
    ['TypeScript 7', 'neither a browser nor Node', ['es2022'], []],
    ['TypeScript 7', 'Node', ['es2022'], ['node']],
    ['TypeScript 7', 'a browser', ['es2022', 'dom'], []],
    ['TypeScript 7', 'both', ['es2023', 'dom'], ['node']],
    ['TypeScript 5.9', 'neither a browser nor Node', ['es2022'], []],
  ])('by %s with the types of %s', (compiler, _, lib, types) => {
    project.link('@types/node');
    expect(compile(compiler, plain, { module: 'nodenext', lib, types })).toBe('');
  });

  test('by TypeScript 5.9 with the types of @webgpu/types, whose adapter is ours', () => {
    project.link('@webgpu/types');
    const lib = ['es2022', 'dom'];
    const program = readFileSync('test/package/user.ts', 'utf8');
    expect(compile('TypeScript 5.9', program, { module: 'nodenext', lib, types: ['@webgpu/types'] })).toBe('');
  });
});

describe('bundled', () => {
  const pages = ['perceptron.js', 'sampler.js'];
  beforeAll(() => {
    for (const name of pages) project.write(name, readFileSync(`test/package/pages/${name}`, 'utf8'));
  });

  test.each([
    ['in files that are loaded on demand', true],
    ['in one file', false],
  ])('by esbuild %s, without a warning, it trains', async (_, splitting) => {
    const { page } = await bundlePage({ entry: 'sampler.js' }, project.folder, join(project.folder, 'out'), splitting);
    expect(runPage(page, 'none').printed).toBe('cpu true\n');
  });

  test('by Vite as it comes, it trains in Chromium: on WebGPU, on WebAssembly, in a worker', async () => {
    project.write(
      'worker.js',
      "import { openDevice } from 'flowtape';\nopenDevice('cpu').then(({ device }) => postMessage(device.kind));",
    );
    project.write(
      'main.js',
      `${pages.map((name) => `import './${name}';`).join('\n')}
       const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
       worker.onmessage = ({ data }) => console.log('worker', data);`,
    );
    project.write(
      'index.html',
      '<!doctype html><link rel="icon" href="data:,"><script type="module" src="./main.js"></script>',
    );
    await buildWithVite({ root: project.folder, configFile: false, logLevel: 'silent' });

    await expectPrinted(join(project.folder, 'dist'), ['0 1 1 0', 'cpu true', 'worker cpu']);
  });

  test('without a bundler, by an import map, it trains in Chromium', async () => {
    const imports = Object.fromEntries(
      entries.map((entry) => [
        nameOf(entry),
        `./node_modules/flowtape/${(exports[entry] as { default: string }).default}`,
      ]),
    );
    const scripts = pages.map((name) => `<script type="module" src="./${name}"></script>`).join('');
    const map = `<script type="importmap">${JSON.stringify({ imports })}</script>`;
    project.write('index.html', `<!doctype html><link rel="icon" href="data:,">${map}${scripts}`);
    await expectPrinted(project.folder, ['0 1 1 0', 'cpu true']);
  });
});
