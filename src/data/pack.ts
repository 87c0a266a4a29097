/** A file, and how to know that it is whole and the right one. */
export interface FileDescription {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** A file as its authors publish it. */
export interface OriginalFile extends FileDescription {
  /** Where it is, the first one tried first; the others are tried where it is no longer there. */
  readonly addresses: readonly string[];
}

/** Data that flowtape cannot bring along: where to get it, and how to make of it what environments read. */
export interface DataPack {
  readonly name: string;
  /** One line for a list of packs. */
  readonly summary: string;
  /** The licence's short name. */
  readonly licence: string;
  /** Who states that licence, and what else to know of rights. */
  readonly rights: string;
  readonly citations: readonly string[];
  readonly originals: readonly OriginalFile[];
  readonly files: readonly FileDescription[];
  /**
   * Makes `files` of the `originals`, both by name. It is called with originals of the right checksums only.
   * @throws Error on originals that are not of the format they should be.
   */
  convert(originals: ReadonlyMap<string, Uint8Array>): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** What is wrong with the contents of a file, as the end of a sentence that starts with its name; or undefined. */
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
  // The copy gives the digest what its type asks for: bytes that no other thread can change.
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** One of the files that a pack is made of. @throws Error where it was not given */
export function takeOriginal(originals: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const contents = originals.get(name);
  if (contents === undefined) throw new Error(`The conversion needs ${name}, and was not given it.`);
  return contents;
}
