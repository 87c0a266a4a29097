/** Streams of random numbers that one seed is split into. Their numbers stay: a seed means the same run ever after. */
export const randomStreams = {
  policy: 1,
  value: 2,
  rollout: 3,
  evaluation: 4,
  replay: 5,
  search: 6,
  logPartition: 0x6c6f675a,
} as const;
