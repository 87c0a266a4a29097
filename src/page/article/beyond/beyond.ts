import type { WorkerLike } from '../../run-client.ts';
import { createMoleculesFigure } from './molecules-figure.ts';
import { createStringsFigure } from './strings-figure.ts';

/** Starts the figures beyond grids, which are loaded when a visitor comes near. */
export function startBeyond(startWorker: () => WorkerLike): void {
  createStringsFigure(startWorker);
  createMoleculesFigure({
    startWorker: () =>
      new Worker(new URL('molecules.js', import.meta.url), { type: 'module', name: 'flowtape molecules' }),
    checkpoint: new URL('molecules.safetensors', import.meta.url),
  });
}
