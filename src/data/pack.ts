/** A file, with its size and checksum. */
export interface FileDescription {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** A file as its authors publish it. */
export interface OriginalFile extends FileDescription {
  /** Its addresses in order of preference; the next is tried if the file is gone. */
  readonly addresses: readonly string[];
}

/** Data that flowtape cannot include: where to get it, and how to convert it to what environments read. */
export interface DataPack {
  readonly name: string;
  /** One line for a list of packs. */
  readonly summary: string;
  /** The licence's short name. */
  readonly licence: string;
  /** Who states the licence, and other notes on rights. */
  readonly rights: string;
  readonly citations: readonly string[];
  readonly originals: readonly OriginalFile[];
  readonly files: readonly FileDescription[];
  /**
   * Converts `originals` to `files`, both by name. The originals have the right checksums.
   * @throws Error on originals in an unexpected format
   */
  convert(originals: ReadonlyMap<string, Uint8Array>): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** The problem with the contents of a file, as the end of a sentence that starts with its name; or undefined. */
export async function contentProblem(contents: Uint8Array, file: FileDescription): Promise<string | undefined> {
  if (contents.byteLength !== file.size) {
    return `has ${contents.byteLength} bytes and should have ${file.size}: it is cut off, or another file`;
  }
  const sha256 = await sha256Of(contents);
  return sha256 === file.sha256
    ? undefined
    : `has the SHA-256 ${sha256} and should have ${file.sha256}: it is damaged, or another version`;
}

/** The SHA-256 of bytes, in hexadecimal. */
export async function sha256Of(bytes: Uint8Array): Promise<string> {
  // The copy has the type that digest requires: its buffer cannot be shared.
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** One of the originals of a pack. @throws Error if it was not given */
export function takeOriginal(originals: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const contents = originals.get(name);
  if (contents === undefined) throw new Error(`The conversion needs ${name}, and was not given it.`);
  return contents;
}
