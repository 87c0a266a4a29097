import { storageBytes } from './buffers.ts';

/**
 * Several programs that run the same plan, its *replicas*, lie in one buffer by turns: 256 bytes of the first, the same of
 * the second, and so on. Tensors begin at multiples of 256 bytes, so whatever is apart for one replica stays apart for
 * all, and a part of a tensor, such as a layer's gradient in the packed vector, can be bound by itself as before.
 */
export const stripeBytes = 256;

/** Bytes of `count` replicas of a tensor. */
export const stripedBytes = (bytes: number, count: number): number => storageBytes(bytes) * count;

/** The numbers of one replica out of the stripes of all. */
export function fromStripes<Numbers extends Float32Array | Int32Array>(
  all: Numbers,
  { replica, count, length }: { readonly replica: number; readonly count: number; readonly length: number },
): Numbers {
  const width = stripeBytes / 4;
  const own = all.slice(0, length) as Numbers;
  for (let at = 0; at < length; at += width) {
    const from = (at / width) * count * width + replica * width;
    own.set(all.subarray(from, from + Math.min(width, length - at)), at);
  }
  return own;
}

/** The declaration of a buffer, in the form of every kernel. */
const declaration = /@group\(0\)\s*@binding\(\d+\)\s*var<storage,\s*read_write>\s*(\w+)\s*:\s*array<\s*(\w+)[^;]*;/g;

/**
 * A kernel's text for `count` replicas, of which a dispatch computes as many as it has layers of workgroups: each place
 * in a buffer is led to the replica's stripe. Nothing else changes, so every replica runs the kernel's instructions in
 * their order, and its numbers have the bits that they have alone.
 *
 * @throws if the text has names or a form that this does not know
 */
export function replicateShader(text: string, count: number): string {
  const source = text.replace(/\/\/[^\n]*/g, '');
  const aliases = new Map(
    [...source.matchAll(/\balias\s+(\w+)\s*=\s*(\w+)\s*;/g)].map(([, name, type]) => [name, type]),
  );
  const places = new Map<string, string>();
  const declared = source.replace(declaration, (whole, name: string, type: string) => {
    const element = aliases.get(type) ?? type;
    const width = /^vec4/.test(element) ? 4 : /^(f32|i32|u32)$/.test(element) ? 1 : undefined;
    if (width === undefined) throw new Error(`replicateShader: ${name} has elements of ${element}.`);
    places.set(name, width === 4 ? 'flowtape_four' : 'flowtape_number');
    // A length that is part of the type is that of one replica.
    return whole.replace(/array<\s*(\w+)[^;]*;/, 'array<$1>;');
  });
  return (
    head(count) +
    withReplica(
      functionsOf(declared)
        .map((part) => redirected(part, places))
        .join(''),
    )
  );
}

const head = (count: number) => `@group(1) @binding(0) var<uniform> flowtape_first: vec4u;
var<private> flowtape_replica: u32;
fn flowtape_number(i: u32) -> u32 { return (((i >> 6u) * ${count}u + flowtape_replica) << 6u) | (i & 63u); }
fn flowtape_four(i: u32) -> u32 { return (((i >> 4u) * ${count}u + flowtape_replica) << 4u) | (i & 15u); }
`;

/** The text cut before each function. */
const functionsOf = (text: string): string[] => text.split(/(?=\bfn\s+\w+\s*\()/);

/** One function's text, with every `name[place]` of a buffer led to its replica; names of its own are left alone. */
function redirected(text: string, places: ReadonlyMap<string, string>): string {
  const parameters = /^fn\s+\w+\s*\(([^{]*)/.exec(text)?.[1] ?? '';
  const own = new Set([...parameters.matchAll(/(\w+)\s*:/g)].map(([, name]) => name));
  for (const [, name] of text.matchAll(/\b(?:let|var|const)\s+(\w+)/g)) {
    if (places.has(name) && new RegExp(`\\b${name}\\s*\\[`).test(text)) {
      throw new Error(`replicateShader: a function has a name of its own that is a buffer's, ${name}.`);
    }
  }
  const names = [...places.keys()].filter((name) => !own.has(name));
  if (names.length === 0) return text;
  const place = new RegExp(`\\b(${names.join('|')})\\s*\\[`, 'g');
  const write = (part: string): string => {
    let result = '';
    let at = 0;
    place.lastIndex = 0;
    for (let found = place.exec(part); found; found = place.exec(part)) {
      const begin = place.lastIndex;
      const end = closing(part, begin);
      const inside = write(part.slice(begin, end));
      result += `${part.slice(at, found.index)}${found[1]}[${places.get(found[1])}(u32(${inside}))`;
      at = end;
      place.lastIndex = end;
    }
    return result + part.slice(at);
  };
  return write(text);
}

/** Where the bracket that is open at `from` closes. */
function closing(text: string, from: number): number {
  let open = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '[') open++;
    if (text[at] === ']' && --open === 0) return at;
  }
  throw new Error('replicateShader: a bracket is never closed.');
}

/** `main` that first finds out which replica its workgroup is of: kernels use two dimensions of the grid, this the third. */
function withReplica(text: string): string {
  const found = /\bfn\s+main\s*\(([^{]*)\)\s*\{/.exec(text);
  if (!found) throw new Error('replicateShader: there is no main.');
  const own = /@builtin\(workgroup_id\)\s*(\w+)/.exec(found[1])?.[1];
  const group = own ?? 'flowtape_group';
  const parameters = own === undefined ? `@builtin(workgroup_id) ${group}: vec3u, ${found[1]}` : found[1];
  const main = `fn main(${parameters}) {\n  flowtape_replica = flowtape_first.x + ${group}.z;\n`;
  return text.slice(0, found.index) + main + text.slice(found.index + found[0].length);
}
