// Times training steps one at a time, as bench/step/step.ts does for flowtape.

/**
 * Writes a line of JSON: milliseconds of each step until `begin` returned and until the step was done, and some losses.
 * With 0 seconds it writes how long the first step took, and that is all.
 *
 * @template Loss
 * @param {{ engine: string, seconds: number }} options
 * @param {{
 *   begin: () => Loss | Promise<Loss>,
 *   finish: (loss: Loss) => Promise<unknown>,
 *   read: (loss: Loss) => Promise<number>,
 *    dispose: (loss: Loss) => void, }} step `begin` starts a step, `finish` waits until it is done; a loss is then read
 *   or disposed of
 */
export async function timeSteps({ engine, seconds }, { begin, finish, read, dispose }) {
  const timed = async () => {
    const start = performance.now();
    const loss = await begin();
    const submitted = performance.now();
    await finish(loss);
    const end = performance.now();
    return { loss, host: submitted - start, total: end - start };
  };
  const losses = [];
  const begun = performance.now();
  losses.push(await read((await timed()).loss));
  const firstStep = performance.now() - begun;
  if (seconds === 0) {
    console.log(JSON.stringify({ engine, firstStep }));
    return;
  }
  // The losses of the first steps, for comparison with flowtape's.
  const warm = performance.now() + 1000 * seconds;
  while (losses.length < 3 || (losses.length < 10 && performance.now() < warm)) {
    losses.push(await read((await timed()).loss));
  }

  const steps = [];
  const end = performance.now() + 1000 * seconds;
  while (steps.length < 3 || (performance.now() < end && steps.length < 2000)) {
    const { loss, ...times } = await timed();
    dispose(loss);
    steps.push(times);
  }
  losses.push(await read((await timed()).loss));
  const [host, total] = [steps.map((step) => step.host), steps.map((step) => step.total)];
  console.log(JSON.stringify({ engine, host, total, losses, firstStep }));
}
