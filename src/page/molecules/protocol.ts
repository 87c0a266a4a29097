import type { Growth } from './growth.ts';

/** What the figure of molecules tells its worker. */
export type MoleculeCommand =
  /** Begins; from a checkpoint file, or from new networks where there is none. */
  | { readonly kind: 'open'; readonly checkpoint?: Uint8Array | undefined }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' };

/** And what it hears. */
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
