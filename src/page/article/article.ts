import type { WorkerLike } from '../run-client.ts';
import { createArrowsFigure } from './arrows-figure.ts';
import { createExperiments } from './experiments/cards.ts';
import { createFlowFigure } from './flow-figure.ts';
import { createLearningFigure } from './learning-figure.ts';
import { createOverture } from './overture.ts';
import { createWalkFigure } from './walk-figure.ts';

/** Starts the article's figures. Each is made in its own task, so that none delays the display. */
export function startArticle(startWorker: () => WorkerLike): void {
  const figures = [
    () => createOverture(startWorker),
    createWalkFigure,
    createArrowsFigure,
    createFlowFigure,
    () => createLearningFigure(startWorker),
    () => createExperiments(startWorker),
  ];
  const next = () => {
    figures.shift()?.();
    if (figures.length > 0) setTimeout(next);
  };
  next();
}
