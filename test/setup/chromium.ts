import { type Browser, chromium } from 'playwright-core';
import { findChromium } from '../../scripts/machine/chromium.mjs';
import { patience } from './patience.ts';

/** Starts the Chromium of the tests, with WebGPU on SwiftShader or without an adapter. */
export async function launchChromium({ webgpu }: { readonly webgpu: boolean }): Promise<Browser> {
  const { executablePath, args, argsWithoutWebgpu, env } = await findChromium();
  return chromium.launch({
    executablePath,
    timeout: patience,
    args: webgpu ? args : argsWithoutWebgpu,
    env: { ...(process.env as Record<string, string>), ...env },
  });
}
