// A program that rewards objects, well or badly, as its first word says. It counts what it was asked for in the file that
// is its second word.
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [, , how, count] = process.argv;
const write = (row) => process.stdout.write(`${typeof row === 'string' ? row : JSON.stringify(row)}\n`);
const held = [];
let lines = 0;

for await (const line of createInterface({ input: process.stdin })) {
  const { id, object } = JSON.parse(line);
  if (count !== undefined) appendFileSync(count, `${object}\n`);
  const answer = { id, score: object.length };
  if (how === 'log') write({ id, logReward: -object.length });
  else if (how === 'zero') write({ id, score: object.includes('a') ? 0 : 1 });
  else if (how === 'negative') write({ id, score: -1 });
  else if (how === 'reversed') {
    held.unshift(answer);
    if (held.length === 3) for (const each of held.splice(0)) write(each);
  } else if (how === 'twice') {
    write(answer);
    write(answer);
  } else if (how === 'nan') write(`{"id": ${id}, "score": NaN}`);
  else if (how === 'infinite') write(`{"id": ${id}, "logReward": -1e39}`);
  else if (how === 'text') write({ id, score: 'high' });
  else if (how === 'chatty') write('Loading the model...');
  else if (how === 'stranger') write({ id: 99, score: 1 });
  else if (how === 'latin') process.stdout.write(Buffer.from([0xe9, 0x0a]));
  else if (how === 'says') write({ id, error: 'no such molecule' });
  else if (how === 'endless') process.stdout.write('x'.repeat(1_000_001));
  else if (how === 'silent') {
    process.on('SIGTERM', () => undefined);
    setInterval(() => appendFileSync(`${count}.beat`, 'x'), 10);
  } else if (how === 'dies') {
    process.stderr.write('out of luck\n');
    process.exit(3);
  } else if (how === 'stumbles' && ++lines === 2 && !existsSync(`${count}.once`)) {
    writeFileSync(`${count}.once`, '');
    process.exit(1);
  } else write(answer);
}
