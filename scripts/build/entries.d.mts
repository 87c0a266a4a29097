/** The package's entries with their sources. Browsers load all but `node`. */
export const entries: Readonly<Record<string, string>>;

/** Packages that users may add: loaded from where they are installed, never bundled. */
export const optionalPackages: readonly string[];
