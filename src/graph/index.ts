export { type GraphBatch, graphBatch } from './graph-batch.ts';
