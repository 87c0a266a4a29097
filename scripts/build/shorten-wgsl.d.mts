/** @param source a WGSL module, or a piece of one */
export function shortenWgsl(source: string): string;
