import type { WorkerLike } from '../../run-client.ts';
import { createStringsFigure } from './strings-figure.ts';

/** Begins the figures of things that are no grid. They are loaded when a visitor comes near. */
export function startBeyond(startWorker: () => WorkerLike): void {
  createStringsFigure(startWorker);
}
