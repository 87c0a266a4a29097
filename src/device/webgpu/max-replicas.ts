/** The most replicas of a device: more only take memory, since the card is busy long before. */
export const maxReplicas = 256;
