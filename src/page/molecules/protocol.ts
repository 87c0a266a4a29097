import type { Growth } from './growth.ts';

/** Messages from the molecules' figure to its worker. */
export type MoleculeCommand =
  /** Starts, from a checkpoint file or from new networks. */
  | { readonly kind: 'open'; readonly checkpoint?: Uint8Array | undefined }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' };

/** Messages from the worker. */
export type MoleculeMessage =
  | { readonly kind: 'opened'; readonly step: number; readonly parameters: number }
  | {
      readonly kind: 'progress';
      readonly step: number;
      readonly trajectories: number;
      readonly loss: number;
      readonly logPartition: number;
    }
  | { readonly kind: 'grown'; readonly step: number; readonly growths: readonly Growth[] }
  | { readonly kind: 'failure'; readonly problem: string };
