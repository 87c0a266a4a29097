import { expect } from 'vitest';
import { launchChromium } from '../setup/chromium.ts';
import { patience } from '../setup/patience.ts';
import { serveFolder } from '../setup/server.ts';

/**
 * Opens a folder's index.html in Chromium, with WebGPU, from a server of plain files.
 *
 * @param lines what the page is to print, in whichever order: what runs side by side may end either way
 * @throws if the page prints anything else, fails, or does not end
 */
export async function expectPrinted(folder: string, lines: readonly string[]): Promise<void> {
  const server = await serveFolder(folder);
  const browser = await launchChromium({ webgpu: true });
  const printed: string[] = [];
  try {
    const tab = await browser.newPage();
    tab.setDefaultTimeout(patience);
    tab.on('console', (message) => printed.push(message.text()));
    tab.on('pageerror', (error) => printed.push(String(error)));
    await tab.goto(server.address);
    await expect.poll(() => [...printed].sort()).toEqual([...lines].sort());
  } finally {
    await browser.close();
    await server.close();
  }
}
