/**
 * Why a device is gone: `destroyed` by the program through `Device.destroy`; `lost`, as when a driver is reset or a GPU
 * unplugged; `thread`, a thread of the cpu device that stopped in the middle of its work.
 */
export type DeviceLossReason = 'destroyed' | 'lost' | 'thread';

/**
 * The device is gone, and with it all that was on it. Whatever waited for it ends with this error, and so does every
 * later call. A run can go on from its last snapshot on a device opened anew (see `deviceLossOf`).
 */
export class DeviceLostError extends Error {
  override readonly name = 'DeviceLostError';
  readonly reason: DeviceLossReason;

  constructor(message: string, reason: DeviceLossReason, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** Memory ran out while it was being reserved. The device and what was on it before can still be used. */
export class DeviceMemoryError extends Error {
  override readonly name = 'DeviceMemoryError';
}

/** A plan needs more than the device allows. Nothing was reserved. */
export class DeviceLimitError extends Error {
  override readonly name = 'DeviceLimitError';
}

/** A kernel, or a program of the user's own, that the GPU's compiler refused. */
export class ShaderError extends Error {
  override readonly name = 'ShaderError';
}

/** A kernel with subgroups was refused. There is one without for every such kernel. */
export class SubgroupError extends ShaderError {}

/** The loss of a device that an error tells of, or was caused by; undefined where it is about something else. */
export function deviceLossOf(error: unknown): DeviceLostError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof DeviceLostError) return cause;
  }
  return undefined;
}

/** What to do where a device holds too little, as the end of a message. */
export const smallerAdvice =
  'Close runs that are no longer needed, make the batch or the network smaller, or use a device that holds more.';
