import { deviceLossOf } from '../../device/index.ts';
import { NotFiniteError } from '../../train/index.ts';
import type { FailureReason } from '../protocol.ts';

/** A configuration, a checkpoint or a device cannot be used. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** The kind of failure of an error. */
export function reasonOf(error: unknown): FailureReason {
  if (deviceLossOf(error)) return 'device-lost';
  if (error instanceof NotFiniteError) return 'not-finite';
  return error instanceof RefusedError ? 'refused' : 'other';
}
