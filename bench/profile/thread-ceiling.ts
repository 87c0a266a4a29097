import { flopsOfTurn, multiplyAddModule } from '../kernels/multiply-add.ts';

/** Short enough, tens of microseconds, that some fall between two turns of other programs. */
const turns = 20_000;
const repetitions = 3000;

/** Multiplications and additions that one thread makes in a nanosecond at most. */
export async function measureThreadCeiling(): Promise<number> {
  const { instance } = await WebAssembly.instantiate(multiplyAddModule(false));
  const run = instance.exports.run as (turns: number) => number;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < repetitions; i++) {
    const begun = process.hrtime.bigint();
    run(turns);
    least = Math.min(least, Number(process.hrtime.bigint() - begun));
  }
  return (flopsOfTurn * turns) / least;
}
