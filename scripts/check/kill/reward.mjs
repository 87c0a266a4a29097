/**
 * Rewards cells of a grid. With the word `killed` it kills itself (SIGKILL) at a random one of its second to tenth
 * object, so an object asked for alone is always answered.
 */
import { createInterface } from 'node:readline';

let left = process.argv[2] === 'killed' ? 1 + Math.floor(9 * Math.random()) : Number.POSITIVE_INFINITY;
for await (const line of createInterface({ input: process.stdin })) {
  const { id, object } = JSON.parse(line);
  if (left-- <= 0) process.kill(process.pid, 'SIGKILL');
  const score = 1 + object.match(/\d+/g).reduce((sum, coordinate) => sum + Number(coordinate), 0);
  process.stdout.write(`${JSON.stringify({ id, score })}\n`);
}
