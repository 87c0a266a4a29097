import { messageOf } from '../../text/message-of.ts';

export interface DownloadOptions {
  /** The file's bytes. A longer answer is not read to its end. */
  readonly size: number;
  /** How long a server may stay silent. */
  readonly stallSeconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of bytes received so far. */
  readonly onProgress?: ((received: number) => void) | undefined;
}

/** An answer that was rejected. */
class Refusal extends Error {}

/** The server does not have the file. */
export class AbsentFileError extends Refusal {}

const redirectLimit = 5;
const defaultStallSeconds = 30;

/** Explanations of connection failures, by the code of the system or of Node's fetch. */
const connectionProblems: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host cannot be found, or there is no network',
  EAI_AGAIN: 'the host cannot be found, or there is no network',
  ENETUNREACH: 'there is no network',
  ECONNREFUSED: 'the host takes no connections',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ETIMEDOUT: 'the host does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'the host does not answer',
};

/**
 * Whether files may be downloaded from an address: https, or http on this machine. A server elsewhere may not redirect
 * to this machine.
 */
export function isAllowedAddress(address: URL, from: URL = address): boolean {
  return address.protocol === 'https:' || (address.protocol === 'http:' && isLocal(address) && isLocal(from));
}

/**
 * Downloads a file with Node's fetch, following a few redirects.
 *
 * @throws AbsentFileError if the server has no such file; Error on any other answer, a failed or stalled connection,
 *   or an answer longer than `size`; `signal`'s reason if it was aborted
 */
export async function download(
  address: string,
  { size, stallSeconds = defaultStallSeconds, signal, onProgress }: DownloadOptions,
): Promise<Uint8Array> {
  const controller = new AbortController();
  const interrupt = () => controller.abort();
  const timer = setTimeout(interrupt, 1000 * stallSeconds);
  signal?.addEventListener('abort', interrupt);
  let received = 0;
  try {
    signal?.throwIfAborted();
    const response = await follow(address, controller.signal);
    const chunks: Uint8Array[] = [];
    const reader = (response.body ?? new Blob().stream()).getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const { value } = next;
      timer.refresh();
      received += value.byteLength;
      if (received > size) throw new Refusal(`the host sends more than the ${size} bytes that the file has`);
      chunks.push(value);
      onProgress?.(received);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    const problem = controller.signal.aborted ? `the host sent nothing for ${stallSeconds} s` : problemOf(error);
    const place = received > 0 && !(error instanceof Refusal) ? ` after ${received} of ${size} bytes` : '';
    const Kind = error instanceof AbsentFileError ? AbsentFileError : Error;
    throw new Kind(`Cannot download ${address}: ${problem}${place}`, { cause: error });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', interrupt);
    // Ends a connection that is still sending; has no effect on one that has ended.
    controller.abort();
  }
}

async function follow(address: string, signal: AbortSignal): Promise<Response> {
  let url = new URL(address);
  for (let redirects = 0; redirects <= redirectLimit; redirects++) {
    // Sizes and checksums are those of the uncompressed file, so compression is not requested.
    const response = await fetch(url, { redirect: 'manual', signal, headers: { 'accept-encoding': 'identity' } });
    const { status, statusText } = response;
    if (response.ok) return response;
    await response.body?.cancel();
    const location = response.headers.get('location');
    if (status < 300 || status >= 400 || location === null) {
      const Kind = status === 404 || status === 410 ? AbsentFileError : Refusal;
      throw new Kind(`the host answers ${`${status} ${statusText}`.trim()}`);
    }
    const next = URL.canParse(location, url) ? new URL(location, url) : undefined;
    if (next === undefined || !isAllowedAddress(next, url)) {
      throw new Refusal(`the host redirects to ${location}, which is no https address`);
    }
    url = next;
  }
  throw new Refusal(`the host redirects more than ${redirectLimit} times`);
}

function isLocal({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

/** Node's fetch puts the reason of a failure into its error's cause. */
function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  if (Object.hasOwn(connectionProblems, code)) return connectionProblems[code];
  return error.cause === undefined ? messageOf(error) : problemOf(error.cause);
}
