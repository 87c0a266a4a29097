import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { assetsForVite } from './scripts/build/assets.mjs';
import { patience } from './test/setup/patience.ts';

/** Kernels as they are in the package; FLOWTAPE_WGSL=whole keeps their lines, for a compiler's messages to name. */
const shown = process.env.FLOWTAPE_WGSL === 'whole' ? (source: string) => source : undefined;

/**
 * What neither needs a process of its own nor replaces modules: these files follow each other in one process. They come
 * last, large ones first, so files without modules of the library that take a minute are not among them.
 */
const library = [
  'test/{bench,checkpoint,chemistry,data,environment,gradcheck,graph,metrics,molecules,nn,numeric,objective,ops,options,page,plan,plot,problems,replay,rollout,rows,run,tape,train}/**/*.test.ts',
  'test/fuzz/{configurations,data-files,run-folders,smiles,states}.test.ts',
  'test/cli/{checkpoints,commands,defaults,following,invocation,library,lost-device,paper-settings,progress-line,refused,report,reward-command,run-config,run-history,seeds,sweep,systems}.test.ts',
  'test/docs/{commands,links,results,saved-run,site}.test.ts',
  'test/device/{checked,lost,open,program,replicas,scope,shader-errors,threads,threads-stopped}.test.ts',
  'test/package/{closing-lines,doors,given,library,wgsl}.test.ts',
];

const inNode: TestProjectInlineConfiguration['test'] = {
  // WebGPU in Node crashes the process in worker threads.
  pool: 'forks',
  setupFiles: ['test/setup/equality.ts', 'test/setup/polls.mjs'],
  // What a developer has fetched into the real cache must not decide a test. Pixels, half of what a short run costs, are
  // drawn by the tests that look at them.
  // Under npx, commands would name themselves after it.
  env: { FLOWTAPE_CACHE: '/nonexistent/flowtape', FLOWTAPE_PNG: 'off', npm_command: '', npm_lifecycle_event: '' },
};

/** In one process modules, devices and compiled shaders are there already for all files but the first: a fifth less work. */
const nodeLibrary: TestProjectInlineConfiguration = {
  extends: true,
  test: { ...inNode, name: 'node: library', include: library, isolate: false },
};

const node: TestProjectInlineConfiguration = {
  extends: true,
  test: { ...inNode, name: 'node', include: ['test/**/*.test.ts'], exclude: library },
};

/**
 * The same files in a page of Chromium, on its WebGPU and in its Web Workers. Whatever costs little runs as in Node;
 * properties are tried on a sixth of the cases, and only with the kernels that a page uses (test/setup/here.ts). Whole
 * iterations are trained there by the tests of the page; launches and submits are counted, and plans compared with and
 * without fusion, in Node.
 */
const chromium = (browser: Browser): TestProjectInlineConfiguration => ({
  extends: true,
  // Memory is shared between threads in isolated pages alone.
  server: {
    headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
  },
  // Bundled before the first page asks for it: a page that finds a package is reloaded, and its tests with it.
  optimizeDeps: { include: ['fast-check'] },
  test: {
    name: 'chromium',
    setupFiles: ['test/setup/equality.ts'],
    include: [
      'test/ops/*.test.ts',
      'test/plan/*.test.ts',
      'test/tape/*.test.ts',
      'test/device/{open,checked,lost,memory,shader-errors}.test.ts',
      'test/rows/{devices,host-program}.test.ts',
    ],
    exclude: ['test/plan/{counts,equivalence}.test.ts'],
    // As in Node: a page has modules, devices and compiled shaders for all files but its first.
    isolate: false,
    browser: {
      enabled: true,
      connectTimeout: patience,
      // Not every bare machine knows the name localhost.
      api: { host: '127.0.0.1' },
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          ...browser,
          timeout: patience,
          env: { ...(process.env as Record<string, string>), ...browser.env },
        },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
});

/** How to start Chromium, as scripts/test.mjs found it. */
type Browser = { executablePath: string; args: string[]; env: Record<string, string> };
const browser = process.env.FLOWTAPE_TEST_BROWSER;

export default defineConfig({
  plugins: [assetsForVite(shown)],
  test: {
    maxWorkers: 3,
    // What hangs ends here; nothing else does, however busy the machine is.
    testTimeout: 2 * patience,
    hookTimeout: 2 * patience,
    teardownTimeout: patience,
    expect: { poll: { timeout: patience } },
    projects: [node, nodeLibrary, ...(browser ? [chromium(JSON.parse(browser) as Browser)] : [])],
  },
});
