import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { commandReward } from '../node/reward/command-reward.ts';
import type { OutsideReward } from '../node/reward/outside-reward.ts';
import { messageOf } from '../text/message-of.ts';
import type { OpenedProblem } from './data/folder.ts';
import { asSentence, UsageError } from './errors.ts';
import { namesOf } from './molecules.ts';
import { asUsage, parseInteger } from './option-values.ts';
import {
  holdsAnswers,
  type RewardChoice,
  type RewardRecord,
  readRewardRecord,
  writeRewardRecord,
} from './reward-record.ts';
import type { RunFolder } from './run-folder.ts';
import { formatCount, quoted } from './text.ts';

/** Flags as commander parses them. */
export interface RewardFlags {
  readonly rewardCommand?: string;
  readonly rewardProcesses?: string;
  readonly rewardTimeout?: string;
  readonly scoreExponent?: string;
  readonly rewardFloor?: string;
  readonly rewardAtOnce?: string;
  readonly rewardMemory?: string;
}

/** The flags and their help. */
const flags = [
  [
    '--reward-command <COMMAND>',
    'a program that rewards objects instead: it reads lines of JSON, {"id": 7, "object": "CCO"}, and answers each with ' +
      '{"id": 7, "score": 0.5} or a "logReward"',
  ],
  ['--reward-processes <N>', 'with it: how many of the program work side by side (default: 1)'],
  ['--reward-timeout <SECONDS>', 'with it: how long it may give no answer (default: 60)'],
  ['--score-exponent <X>', 'with it: R is the score to this power (default: 1)'],
  ['--reward-floor <X>', 'with it: the least that log R may be, such as -50, for rewards of 0 (default: none)'],
  ['--reward-at-once <N>', 'with it: the most objects that a process is asked for at once (default: 64)'],
  ['--reward-memory <FILE>', "with it: where answers are remembered (default: answers.jsonl in the run's folder)"],
] as const;

/** Their keys, which are not settings in a run's configuration. */
export const rewardKeys: readonly string[] = flags.map(([flag]) => flag.slice(2).replace(/ .*/, ''));

/** Adds the flags of a reward program to a command. */
export function addRewardFlags(command: Command): Command {
  for (const [flag, help] of flags) command.option(flag, help);
  return command;
}

/** Reads the flags; undefined if none was given. Throws a UsageError. */
export function parseReward(options: RewardFlags): RewardChoice | undefined {
  const { rewardCommand: command, rewardProcesses, rewardTimeout, scoreExponent, rewardFloor, rewardAtOnce } = options;
  const { rewardMemory: memory } = options;
  if (command === undefined) {
    const given = rewardKeys.find((key) => key.replaceAll(/-(.)/g, (_, letter) => letter.toUpperCase()) in options);
    if (given === undefined) return undefined;
    throw new UsageError(`--${given} goes with --reward-command.`);
  }
  if (command.trim() === '')
    throw new UsageError('--reward-command needs a program to start, such as "python score.py".');
  return {
    command,
    processes: whole('--reward-processes', rewardProcesses, 1024),
    atOnce: whole('--reward-at-once', rewardAtOnce, 1_000_000),
    timeout: number('--reward-timeout', rewardTimeout, (value) => value > 0 && value <= 2e6, 'a number of seconds'),
    exponent: number('--score-exponent', scoreExponent, (value) => value > 0, 'a number above 0'),
    floor: number('--reward-floor', rewardFloor, (value) => value < 0, 'a number below 0, such as -50'),
    ...(memory === undefined ? {} : { memory: resolve(memory) }),
  };
}

function whole(flag: string, text: string | undefined, max: number): number | undefined {
  return text === undefined ? undefined : parseInteger(flag, text, 1, max);
}

function number(flag: string, text: string | undefined, isRight: (value: number) => boolean, what: string) {
  if (text === undefined) return undefined;
  const value = /\d/.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value) && isRight(value)) return value;
  throw new UsageError(`${flag} takes ${what}, not "${text}".`);
}

/** The given flags as words of a command line, with full paths of files. */
export function rewardWords(options: RewardFlags): string[] {
  const { rewardMemory } = options;
  const values: Readonly<Record<string, string | undefined>> = {
    ...options,
    rewardMemory: rewardMemory === undefined ? undefined : resolve(rewardMemory),
  };
  return rewardKeys.flatMap((key) => {
    const value = values[key.replaceAll(/-(.)/g, (_, letter) => letter.toUpperCase())];
    return value === undefined ? [] : [`--${key}`, value];
  });
}

/** The flags of the program that rewards the run in a folder, quoted for the shell; none if there is none. */
export async function rewardFlagsOf(path: string): Promise<string[]> {
  // A record damaged meanwhile is no reason to lose the report that shows them.
  const found = await readRewardRecord(path).catch(() => undefined);
  const { command, processes, timeout, exponent, floor, atOnce } = found ?? {};
  const flags = {
    ...{ 'reward-command': command, 'reward-processes': processes, 'reward-timeout': timeout },
    ...{ 'score-exponent': exponent, 'reward-floor': floor, 'reward-at-once': atOnce },
  };
  return Object.entries(flags).flatMap(([key, value]) =>
    value === undefined ? [] : [`--${key} ${quoted(String(value))}`],
  );
}

/** A problem whose objects are rewarded by a program. */
export interface CommandProblem extends OpenedProblem {
  readonly outside: OutsideReward;
  readonly restarts: RewardRestarts;
}

/** Counts the restarts of a reward program that ended or was silent, and receives each with its reason. */
export interface RewardRestarts {
  count: number;
  tell: (text: string, reason: string) => void;
}

/** The file of answers in a run's folder, or in a sweep's. */
const answerFile = 'answers.jsonl';

/** One reward program for all trials of a sweep, so that no object is scored twice. */
export function rewardOfSweep(choice: RewardChoice | undefined, folder: string): RewardChoice | undefined {
  return choice && { memory: resolve(folder, answerFile), ...choice };
}

/**
 * The problem with a program's reward in place of its own. The program receives objects in their text form. Throws a
 * UsageError.
 * @param tell receives a sentence when the program is restarted, until another receiver is set
 */
export function withRewardCommand(
  opened: OpenedProblem,
  choice: RewardChoice,
  { folder, tell }: { folder: string; tell: (text: string) => void },
): CommandProblem {
  const { logPartition: _, ...problem } = opened.problem;
  const { environment } = problem;
  const restarts: RewardRestarts = { count: 0, tell };
  const onRetry = (reason: string) => {
    restarts.count++;
    if (isTold(restarts.count)) restarts.tell(restartText(restarts.count, reason), reason);
  };
  const reward = asUsage(() =>
    commandReward(environment, { memory: join(folder, answerFile), ...choice, text: namesOf(opened), onRetry }),
  );
  return { ...opened, problem: { ...problem, reward }, outside: reward, restarts };
}

/** Reports the first ten restarts, then every tenth, hundredth and so on, so that the output stays readable. */
function isTold(count: number): boolean {
  return /^[1-9]0*$/.test(String(count));
}

function restartText(count: number, reason: string): string {
  const times = count === 1 ? '' : `, ${formatCount(count)} times by now`;
  return asSentence(`The reward program was restarted${times}: ${reason}`);
}

/** Records in a resumed run's folder what rewards its objects from now on, if that is something else than before. */
export async function recordReward(folder: RunFolder, { command, memory }: RewardChoice): Promise<void> {
  const found = await readRewardRecord(folder.path);
  if (found === undefined || (command === found.command && memory === found.memory)) return;
  const earlier = command === found.command ? found.earlier : [...(found.earlier ?? []), found.command];
  await writeRewardRecord(folder, { ...found, command, earlier, memory });
}

/**
 * The reward of the run in a folder: undefined for its problem's own. A program named in a folder is started only if
 * the user names it too, since folders can come from elsewhere. Throws a UsageError if the run has a program and none
 * is given, or the reverse, or if its rewards would be another power or have another floor.
 * @param tell receives a sentence if the program is another one than before, or if its answers are gone
 */
export async function rewardOfRun(
  path: string,
  given: RewardChoice | undefined,
  tell: (text: string) => void,
): Promise<RewardChoice | undefined> {
  const found = await readRewardRecord(path);
  if (found === undefined) {
    if (given === undefined) return undefined;
    throw new UsageError(`The run in ${path} has the reward of its problem: leave --reward-command out.`);
  }
  const { earlier: _, memory: __, ...kept } = found;
  if (given === undefined) {
    throw new UsageError(
      `The objects of the run in ${path} were rewarded by a program, which is only started where you name it: add ` +
        `--reward-command ${quoted(found.command)}.`,
    );
  }
  refuseOther(path, '--score-exponent', given.exponent, found.exponent ?? 1);
  refuseOther(path, '--reward-floor', given.floor, found.floor);
  const memory = given.memory ?? (await memoryOf(path, found, tell));
  if (given.command !== found.command) {
    tell(
      `flowtape: until now ${quoted(found.command)} rewarded the objects of the run in ${path}, and now ` +
        `${quoted(given.command)} does. Objects that have a reward keep it; if that is wrong, give another --reward-memory FILE.`,
    );
  }
  // Unless given again, the values that the run began with.
  const asked = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...kept, ...(memory === undefined ? {} : { memory }), ...asked, command: given.command };
}

/** Throws a UsageError if a number that determines rewards is given and is not the run's. */
function refuseOther(path: string, flag: string, given: number | undefined, own: number | undefined): void {
  if (given === undefined || given === own) return;
  const told = own === undefined ? `no ${flag}` : `${flag} ${own}`;
  throw new UsageError(
    `The run in ${path} has ${told}, not ${given}, and keeps it: leave ${flag} out, or begin a new run.`,
  );
}

/** Where the answers of a run are remembered, as its record says; undefined for its folder. */
async function memoryOf(
  path: string,
  { memory }: RewardRecord,
  tell: (text: string) => void,
): Promise<string | undefined> {
  if (memory === undefined || (await holdsAnswers(memory))) return memory;
  tell(
    `flowtape: ${memory}, where the run in ${path} remembered its answers, is gone or holds none, so the program is asked ` +
      'again. If the file has moved, give it with --reward-memory FILE.',
  );
  return undefined;
}

/**
 * A sentence that says what rewarded the run in a folder, if that is not the given reward, or why that is not known: such
 * a run does not belong to a sweep with it.
 */
export async function rewardProblem(path: string, given: RewardChoice | undefined): Promise<string | undefined> {
  try {
    const [mine, others] = [await readRewardRecord(path), given].map(shownReward);
    return mine === others ? undefined : `It holds a run that is rewarded by ${mine}, not by ${others}.`;
  } catch (error) {
    return asSentence(messageOf(error));
  }
}

/** The program that rewards the run in a folder, if there is one. Throws a UsageError if that is not known. */
export async function rewarderOf(path: string): Promise<string | undefined> {
  const found = await readRewardRecord(path);
  return found && shownReward(found);
}

/** The parts of a choice that determine rewards. */
function shownReward(choice: RewardChoice | RewardRecord | undefined): string {
  if (choice === undefined) return "its problem's own reward";
  const { command, exponent, floor } = choice;
  const earlier = 'earlier' in choice ? (choice.earlier ?? []) : [];
  const told = Object.entries({ exponent, floor }).filter(([, value]) => value !== undefined);
  const commands = [...earlier, command].map((each) => quoted(each)).join(' and then ');
  return [commands, ...told.map(([name, value]) => `${name} ${value}`)].join(' with ');
}
