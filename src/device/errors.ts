/**
 * Why a device is gone: `destroyed` by the program through `Device.destroy`; `lost`, as when a driver is reset or a GPU
 * unplugged; `thread`, a thread of the cpu device that stopped in the middle of its work.
 */
export type DeviceLossReason = 'destroyed' | 'lost' | 'thread';

/**
 * The device is gone, with everything on it. All pending and later calls throw this error. A run can continue from its last
 * snapshot on a newly opened device (see `deviceLossOf`).
 */
export class DeviceLostError extends Error {
  override readonly name = 'DeviceLostError';
  readonly reason: DeviceLossReason;

  constructor(message: string, reason: DeviceLossReason, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** Memory ran out while reserving it. The device and everything on it before remain usable. */
export class DeviceMemoryError extends Error {
  override readonly name = 'DeviceMemoryError';
}

/** A GPU was asked for, and there is none that a program can use. */
export class NoAdapterError extends Error {
  override readonly name = 'NoAdapterError';
}

/** A plan needs more than the device allows. Nothing was reserved. */
export class DeviceLimitError extends Error {
  override readonly name = 'DeviceLimitError';
}

/** The GPU's compiler refused a kernel or one of your row programs. */
export class ShaderError extends Error {
  override readonly name = 'ShaderError';
}

/** A kernel with subgroups was refused. There is one without for every such kernel. */
export class SubgroupError extends ShaderError {}

/** The loss of a device that an error reports or was caused by; undefined if there is none. */
export function deviceLossOf(error: unknown): DeviceLostError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof DeviceLostError) return cause;
  }
  return undefined;
}

/** Advice for a device that is too small, as the end of a message. */
export const smallerAdvice = 'Close runs no longer needed, or make the batch or the network smaller.';
