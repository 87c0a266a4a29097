/** The random streams derived from one seed. Their numbers never change, so a seed always gives the same run. */
export const randomStreams = {
  policy: 1,
  value: 2,
  rollout: 3,
  evaluation: 4,
  replay: 5,
  search: 6,
  rewardData: 7,
  rewardSampling: 8,
  logPartition: 0x6c6f675a,
} as const;
