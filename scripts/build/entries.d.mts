/** What the package exports, each with its source. A browser loads all but `node`. */
export const entries: Readonly<Record<string, string>>;

/** Packages that a user may add: found beside ours where they are installed, never bundled. */
export const optionalPackages: readonly string[];
