import { existsSync, readFileSync } from 'node:fs';

// Published data that is no part of this repository. Where it is at hand it lies in a folder `shared` beside the checkout,
// and tests compare with it; what the same code does is tested everywhere on data made for the tests.
const folder = ['../shared', '../../shared']
  .map((path) => new URL(`../../${path}/data/`, import.meta.url))
  .find((place) => existsSync(place));

/** Why a test that compares with it is not run. */
export const needsData = 'needs the data folder ../shared/data';

/** A file of the published data; undefined where there is none here. */
export function sharedFile(name: string): Uint8Array | undefined {
  const file = folder && new URL(name, folder);
  return file && existsSync(file) ? readFileSync(file) : undefined;
}

/** The same of a JSON file. */
export function sharedJson<Contents>(name: string): Contents | undefined {
  const file = sharedFile(name);
  return file && (JSON.parse(new TextDecoder().decode(file)) as Contents);
}
