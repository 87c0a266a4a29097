import { expect, test } from 'vitest';
import type { Problem } from '../../src/environment/environment.ts';
import { assertShaderConformance } from '../../src/rollout/shader-conformance.ts';
import { fastDevices, referenceDevice } from '../setup/devices.ts';
import { gridInWgsl } from './grid-in-wgsl.ts';
import { gridProblem, namedProblem, pairsProblem } from './problems.ts';

const webgpu = fastDevices[1];

test('recorded programs and WGSL equal to the TypeScript pass, and nothing stays on the device', async () => {
  const device = await webgpu.open();
  const before = device.counts.bytes;
  await assertShaderConformance(device, gridProblem(3, 4));
  await assertShaderConformance(device, gridInWgsl(3, 4));
  await assertShaderConformance(device, await namedProblem('bit-sequence', { length: 6, wordSize: 2 }));
  expect(device.counts.bytes).toBe(before);
});

/** A grid with one line of its WGSL, or of its reward's, altered. */
function altered(from: string | RegExp, to: string): Problem {
  const { environment, reward } = gridInWgsl(2, 4);
  const change = (code = '') => code.replace(from, to);
  const problem = {
    environment: { ...environment, shader: { code: change(environment.shader?.code) } },
    reward: { ...reward, shader: { code: change(reward.shader?.code) } },
  };
  expect([problem.environment.shader.code, problem.reward.shader.code]).not.toEqual([
    environment.shader?.code,
    reward.shader?.code,
  ]);
  return problem;
}

test.each([
  ['initial', /(fn initial\([^{]*\{)/, '$1 (*state)[0] = 1; if (true) { return; }', /initial gives \[1, /],
  ['token', /(fn token\([^{]*\{)/, '$1 if (position == 1) { return 0; }', /token 1 gives 0, and in TypeScript \d/],
  [
    'forward_allowed',
    /(fn forward_allowed\([^{]*\{)/,
    '$1 if (action == 2) { return false; }',
    /forward_allowed of action 2 gives false, and in TypeScript true/,
  ],
  [
    'step',
    /(fn step\([^{]*\{)/,
    '$1 if (action == 2) { return; }',
    /step with action 2 gives \[.*\], and in TypeScript \[/,
  ],
  [
    'is_terminal',
    /(fn is_terminal\([^{]*\{)/,
    '$1 if (true) { return false; }',
    /is_terminal after step with action 2 gives false/,
  ],
  [
    'backward_allowed',
    /(fn backward_allowed\([^{]*\{)/,
    '$1 if (true) { return true; }',
    /backward_allowed after step with action \d gives [23].* ways back/,
  ],
  [
    'backward_action',
    /(fn backward_action\([^{]*\{)/,
    '$1 if (action == 2) { return 1; }',
    /: at "\(.*\)" backward_action after step with action 2 gives 1, and in TypeScript 0/,
  ],
  [
    'backward_step',
    /(fn backward_step\([^{]*\{)/,
    '$1 if (action == 1) { return; }',
    /token after backward_step after step with action \d gives \d, and in TypeScript \d/,
  ],
  [
    'forward_action',
    /(fn forward_action\([^{]*\{)/,
    '$1 if (true) { return 0; }',
    /forward_action after step with action \d gives 0, and in TypeScript [12]/,
  ],
  [
    'log_reward',
    /(fn log_reward\([^{]*\{)/,
    '$1 if (true) { return 1.0; }',
    /log_reward after step with action 2 gives 1, and in/,
  ],
])('WGSL whose %s disagrees is reported, with the state and both answers', async (_, from, to, message) => {
  const device = await webgpu.open();
  const checking = assertShaderConformance(device, altered(from, to));
  await expect(checking).rejects.toThrow(/^The WGSL of hypergrid disagrees with its TypeScript: at "\(/);
  await expect(assertShaderConformance(device, altered(from, to))).rejects.toThrow(message);
});

test('a problem without WGSL, or a device that runs none, is refused', async () => {
  await expect(assertShaderConformance(await webgpu.open(), pairsProblem())).rejects.toThrow(/need WGSL, both of them/);
  await expect(assertShaderConformance(await referenceDevice.open(), gridInWgsl(2, 4))).rejects.toThrow(
    /on a webgpu device/,
  );
});
