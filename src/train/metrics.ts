/** Metrics of a policy, by name. */
export type Metrics = Readonly<Record<string, number>>;
