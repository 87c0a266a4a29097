// node scripts/page/claims.mjs [--seeds 4,5,6] [--only NAME]: runs the page's experiments with other seeds than the
// page's, prints the sentences that the page would write, and fails if the expectations in its text are not met.
import { parseArgs } from 'node:util';
import { withSource } from './import-source.mjs';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '4,5,6' }, only: { type: 'string' } } });
const seeds = values.seeds.split(',').map(Number);
const source = `
  export * from './src/page/article/experiments/catalogue.ts';
  export { compare } from './src/page/article/experiments/comparison.ts';
  export { runTrial } from './src/page/article/experiments/run-trial.ts';
  export { createRunClient } from './src/page/run-client.ts';
  export { workerHere } from './test/page/fake-worker.ts';`;
const failed = await withSource(source, check);
process.exitCode = failed.length > 0 ? 1 : 0;
console.log(failed.length > 0 ? `Not so: ${failed.join('; ')}.` : 'All claims hold.');

/** The expectations in each experiment's text, or in the article around it; the island's makes no promise. */
function claims({ compare, modesFound, farShare, cellsUsed }) {
  const walks = (results) => compare(results, 'trajectories');
  const medianOf = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
  const of = (arm, measure) => medianOf(arm.trials.map(({ learnt }) => measure(learnt)));
  return {
    modes: ['TB can miss a mode', (results) => modesFound(results[1]).some((found) => found < 4)],
    updates: ['four updates are ahead for equal walks', (results) => walks(results).nearest === 0],
    backward: [
      'without log P_B the far corner gets more than its due',
      ([withIt, without]) => of(without, farShare) > 1.5 * of(withIt, farShare),
    ],
    ablations: ['all three find the target', (results) => walks(results).spreads.every(({ median }) => median < 0.25)],
    sharper: [
      'a sharper reward leaves fewer cells',
      ([one, two, four]) => of(one, cellsUsed) > of(two, cellsUsed) && of(two, cellsUsed) > of(four, cellsUsed),
    ],
  };
}

async function check(page) {
  const failed = [];
  for (const experiment of page.experiments) {
    const { name, question, arms, iterations } = experiment;
    if (values.only !== undefined && values.only !== name) continue;
    const results = arms.map((arm) => ({ name: arm.name, trials: [] }));
    for (const seed of seeds) {
      for (const [i, arm] of arms.entries()) {
        const client = page.createRunClient(() => page.workerHere());
        results[i].trials.push(await page.runTrial(client, arm, seed, { iterations, seconds: 0 }));
      }
    }
    console.log(`${question}\n  ${page.sentencesOf(experiment, results).join('\n  ')}`);
    const [claim, holds] = claims(page)[name] ?? ['', () => true];
    if (!holds(results)) failed.push(`${name}: ${claim}`);
  }
  return failed;
}
