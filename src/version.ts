import { version } from '../package.json';

/** The version of this flowtape, which checkpoints and reports carry. */
export const flowtapeVersion: string = version;
