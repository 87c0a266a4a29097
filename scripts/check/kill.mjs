/**
 * Trains runs that are killed (SIGKILL) at random moments and resumed, repeatedly until they end, and compares their
 * files byte for byte with those of an undisturbed run:
 *
 *   node scripts/check/kill.mjs [KILLS] [SEED]
 *
 * A kill comes at any moment: while the program starts, while it trains, while it writes. Sometimes the run is asked to
 * stop instead (SIGTERM), or two processes resume it at once. Runs are made by `train` and resumed with `--resume`, or
 * are trials of a sweep, with the same command each time; the trials are rewarded by a program that is killed too. The
 * program must have been built.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

const grid = ['hypergrid', '--side', '4', '--batch', '4'];

/** Runs that take about a second, with rollouts of both kinds. */
export const killableRuns = {
  'ent-ppo': [...grid, '--steps', '120', '--evaluate-every', '7', '--checkpoint-every', '1'],
  'tb, with replay, exploration and best objects': [
    ...[...grid, '--objective', 'tb', '--steps', '150', '--evaluate-every', '20', '--checkpoint-every', '1'],
    ...[
      '--replay-kind',
      'prioritised',
      '--replay-capacity',
      '9',
      '--exploration-start',
      '0.5',
      '--exploration-iterations',
      '90',
    ],
    ...['--keep-best', '5', '--learning-rate-end', '1'],
  ],
  'subtb, with a window and averages': [
    ...[...grid, '--objective', 'subtb', '--steps', '150', '--evaluate-every', '10', '--checkpoint-every', '3'],
    ...['--recent-samples', '30', '--optimizer-average-decay', '0.9', '--backward-policy', 'learned'],
  ],
  'molecules, stepped on the host': [
    ...['molecules', '--batch', '2', '--steps', '8', '--evaluate-every', '3', '--checkpoint-every', '1'],
    ...['--network-width', '8', '--network-layers', '1', '--evaluation-trajectories', '4', '--keep-best', '3'],
  ],
};

/** A run as a trial of a sweep, with so many objects that its reward is called throughout. */
export const killableTrial = [
  ...['hypergrid', '--dimension', '3', '--side', '9', '--batch', '4', '--objective', 'tb', '--steps', '100'],
  ...['--evaluate-every', '25', '--checkpoint-every', '2', '--evaluation-trajectories', '4', '--keep-best', '3'],
];

const rewardProgram = fileURLToPath(new URL('kill/reward.mjs', import.meta.url));

/** The words for a reward by a program, which is sometimes or never killed. */
export function rewardWords(isKilled) {
  const words = [process.execPath, rewardProgram, ...(isKilled ? ['killed'] : [])];
  return ['--reward-command', words.map((word) => JSON.stringify(word)).join(' ')];
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Runs one command line to its end, or ends it by a signal, `delay` milliseconds after training begins or after its
 * start. The result is `late` if another process is at work.
 */
function runOnce(words, kill) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let timer;
    const arm = () => {
      timer ??= setTimeout(() => child.kill(kill.signal), kill.delay);
    };
    if (kill?.from === 'start') arm();
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
        if (kill && /^(writing to|going on in) /m.test(output)) arm();
      });
    }
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      // When asked to stop, it saves and exits with 143; before it listens, it just ends.
      const ended = signal === kill?.signal || (kill?.signal === 'SIGTERM' && code === 143);
      const late =
        (code === 2 && /(is training in|has just begun |just continued the run in)/.test(output)) ||
        (code === 1 && /: left alone\. /.test(output));
      if ((kill && ended) || code === 0 || late) resolve({ killed: Boolean(kill && ended), late });
      else reject(new Error(`flowtape ${words.join(' ')} ended with ${code}:\n${output}`));
    });
  });
}

/** Trains a run undisturbed. */
export async function trainWhole(words, folder) {
  await runOnce(['train', ...words, '--device', 'cpu', '--out', folder]);
}

/**
 * Trains a run to its end through this many kills. Returns how many hit, and how many of them left a checkpoint. Throws
 * if a command fails, or a kill leaves a broken checkpoint.
 */
export async function trainKilled(run, folder, options) {
  const { extra = () => [] } = options;
  return runKilled(folder, options, (isThere, attempt) => {
    if (isThere) return ['train', '--resume', folder, ...extra(attempt)];
    rmSync(folder, { recursive: true, force: true });
    return ['train', ...run, '--device', 'cpu', '--out', folder];
  });
}

/**
 * Makes a run as the only trial of a sweep, through kills as in `trainKilled`, with the same command each time. The
 * program that rewards its objects is killed too. Also returns its folder.
 */
export async function sweepKilled(run, folder, options) {
  const [problem, ...flags] = run;
  const settings = Array.from({ length: flags.length / 2 }, (_, i) => [flags[2 * i].slice(2), flags[2 * i + 1]]);
  const { objective: methods, ...trial } = { ...Object.fromEntries(settings), device: 'cpu' };
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'sweep.json');
  writeFileSync(file, JSON.stringify({ problem, methods, options: trial }));
  const path = join(folder, `${problem}-${methods}-seed0`);
  const words = ['sweep', file, '--trial', '1', '--out', folder, ...rewardWords(true)];
  const extra = options.extra ?? (() => []);
  return { ...(await runKilled(path, options, (_, attempt) => [...words, ...extra(attempt)])), path };
}

/** Repeats commands until one ends by itself. */
async function runKilled(folder, { kills, random, longest = 700 }, commandOf) {
  let struck = 0;
  let resumed = 0;
  for (let attempt = 0; ; attempt++) {
    const isThere = existsSync(join(folder, 'config.json'));
    if (existsSync(join(folder, 'checkpoint.safetensors'))) resumed++;
    const kill = {
      delay: random() * longest,
      from: random() < 0.2 ? 'start' : 'training',
      signal: random() < 0.1 ? 'SIGTERM' : 'SIGKILL',
    };
    const words = commandOf(isThere, attempt);
    const once = () => runOnce(words, struck < kills ? kill : undefined);
    const ends = await Promise.all(isThere && random() < 0.1 ? [once(), once()] : [once()]);
    if (ends.every(({ late }) => late)) throw new Error(`two processes kept each other from ${folder}`);
    if (ends.some(({ killed, late }) => !killed && !late)) return { kills: struck, resumed };
    struck += ends.filter(({ killed }) => killed).length;
    checkLeft(folder);
  }
}

/** Throws unless the checkpoint in a folder is complete, judged only by the description of its format. */
function checkLeft(folder) {
  const path = join(folder, 'checkpoint.safetensors');
  if (!existsSync(path)) return;
  const bytes = readFileSync(path);
  const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE())).toString());
  const { crc32: sum } = header.__metadata__;
  bytes.write('00000000', bytes.indexOf(`"crc32":"${sum}"`) + 9);
  if (crc32(bytes) !== Number.parseInt(sum, 16)) throw new Error(`${path} is not whole`);
}

/** Differences of two folders that should be equal, in words; undefined if there are none. */
export function difference(one, other) {
  const [a, b] = [one, other].map((folder) => readFileSync(join(folder, 'checkpoint.safetensors')));
  if (!a.equals(b)) return 'checkpoint.safetensors';
  const [c, d] = [one, other].map((folder) =>
    readFileSync(join(folder, 'metrics.jsonl'), 'utf8').replaceAll(/"(seconds|trajectoriesPerSecond)":[^,}]*/g, ''),
  );
  if (c !== d) return 'metrics.jsonl';
  const [e, f] = [one, other].map((folder) => {
    const summary = JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8'));
    // How often a reward program was restarted depends on who was killed.
    const ofTheMachine = {
      seconds: 0,
      iterationsPerSecond: 0,
      device: 0,
      ended: 0,
      reward: 0,
      rewardRestarts: undefined,
      otherCores: undefined,
    };
    return JSON.stringify({ ...summary, ...ofTheMachine });
  });
  return e === f ? undefined : 'summary.json';
}

async function main(kills, seed) {
  const random = randomNumbers(seed);
  const parent = mkdtempSync(join(tmpdir(), 'flowtape-killed-'));
  let total = 0;
  let failed = 0;
  try {
    for (const words of Object.values(killableRuns)) await trainWhole(words, wholeOf(words));
    await trainWhole([...killableTrial, ...rewardWords(false)], join(parent, 'whole-trial'));
    while (total < kills) {
      const folder = join(parent, 'killed');
      const threads = () => ['--threads', String(1 + Math.floor(random() * 3))];
      const options = { kills: 12, random, extra: threads };
      for (const [name, words] of Object.entries(killableRuns)) {
        tell(name, await trainKilled(words, folder, options), difference(wholeOf(words), folder));
        rmSync(folder, { recursive: true });
      }
      const trial = await sweepKilled(killableTrial, folder, options);
      tell('a trial of a sweep and its reward', trial, difference(join(parent, 'whole-trial'), trial.path));
      rmSync(folder, { recursive: true });
    }
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
  console.log(`${total} kills; ${failed} runs that left something else than the undisturbed ones`);
  process.exitCode = failed === 0 ? 0 : 1;

  function tell(name, { kills }, found) {
    total += kills;
    if (found !== undefined) failed++;
    console.log(`${name}: ${kills} kills, ${found === undefined ? 'identical' : `another ${found}`}; ${total} kills`);
  }

  function wholeOf(words) {
    return join(parent, `whole-${Object.values(killableRuns).indexOf(words)}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(Number(process.argv[2] ?? 200), Number(process.argv[3] ?? 1));
}
