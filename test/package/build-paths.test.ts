import { describe, expect, test, vi } from 'vitest';

// The build's own functions, on either kind of system: what esbuild writes has "/" on both.
describe.each(['posix', 'win32'] as const)('paths of the build where the system is %s', (system) => {
  const load = async () => {
    vi.resetModules();
    const path = (await import('node:path'))[system];
    vi.doMock('node:path', () => ({ ...path, default: path }));
    const found = await import('../../scripts/build/paths.mjs');
    vi.doUnmock('node:path');
    return { ...found, path };
  };

  test('a module is named alike', async () => {
    const { moduleName, path } = await load();
    const root = system === 'win32' ? 'C:\\work' : '/work';
    expect(moduleName(path.join(root, 'src', 'device', 'cpu', 'open.ts'), root)).toBe('device-cpu-open');
    expect(moduleName(path.join(root, 'kernels', 'webgpu.ts'), root)).toBe('webgpu');
    expect(moduleName(path.join(root, 'build', 'kernels.wasm'), root)).toBe('kernels-wasm');
  });

  test("a module's dependencies are found in the metafile, with theirs", async () => {
    const { loadedBy, path } = await load();
    const outputs = {
      'dist/lib/index.js': { imports: [{ path: 'dist/lib/shared-1.js' }, { path: './cpu.js', external: true }] },
      'dist/lib/shared-1.js': { imports: [{ path: 'dist/lib/index.js' }] },
      'dist/lib/cpu.js': { imports: [{ path: 'node:fs', external: true }] },
    };
    for (const folder of ['dist/lib', path.join('dist', 'lib')]) {
      expect(loadedBy(folder, 'index.js', outputs)).toEqual(['./index.js', './shared-1.js', './cpu.js', 'node:fs']);
    }
  });

  test('a source is known by the end of its path', async () => {
    const { endsWithPath, path } = await load();
    const pattern = endsWithPath('src/train/index.ts');
    expect(path.join('work', 'src', 'train', 'index.ts')).toMatch(pattern);
    expect(path.join('work', 'src', 'train', 'indexxts')).not.toMatch(pattern);
    expect(path.join('work', 'other-src', 'train', 'index.ts')).not.toMatch(pattern);
  });
});
