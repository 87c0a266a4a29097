import { authorsPicture } from '../authors/curves.ts';
import { secondsPicture } from '../equal-seconds/result.ts';
import { curvePicture } from '../field/curves.ts';
import type { Figures } from '../run.ts';

/** The pictures of a run's figures as SVG, by their names in docs/images. */
export async function picturesOf(figures: Figures): Promise<ReadonlyMap<string, string>> {
  const { curves = [], equalSeconds = [], authorsSeconds = [], equalTrajectories = [] } = figures;
  const drawn = [
    ...curves.map(async (result) => [result.picture, await curvePicture(result)] as const),
    ...[...equalSeconds, ...authorsSeconds].map(
      async (result) => [result.picture, await secondsPicture(result)] as const,
    ),
    ...equalTrajectories.map(async (result) => [result.picture, await authorsPicture(result)] as const),
  ];
  return new Map((await Promise.all(drawn)).flatMap(([name, svg]) => (svg === undefined ? [] : [[name, svg]])));
}
