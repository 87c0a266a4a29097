import { Command, CommanderError } from 'commander';
import { NoAdapterError } from '../device/errors.ts';
import { messageOf } from '../text/message-of.ts';
import { compareCommand } from './compare/command.ts';
import { completionCommand } from './completion.ts';
import { addCommonOptions, type Context } from './context.ts';
import { dataCommand } from './data/command.ts';
import { doctorCommand } from './doctor.ts';
import { asSentence, exitCodes, UsageError } from './errors.ts';
import { evalCommand } from './eval.ts';
import { exportCommand } from './export.ts';
import { commandLine } from './invocation.ts';
import { reproduceCommand } from './reproduce.ts';
import { runsCommand } from './runs.ts';
import { sampleCommand } from './sample.ts';
import { sweepCommand } from './sweep.ts';
import { writeLine } from './terminal.ts';
import { trainCommand } from './train.ts';
import { unknownOption } from './unknown-option.ts';

/** The command line of `npm start`: the shortest way to see a sampler learn. */
const firstRun = ['train', 'hypergrid'];

/**
 * Runs one command line: `words` follow the program's name; without any it trains on a Hypergrid. Returns the exit code
 * (see `exitCodes`). Any failure is one paragraph on the terminal's stderr.
 */
export async function runCommandLine(words: readonly string[], context: Context): Promise<number> {
  const { terminal } = context;
  const given = words.length === 0 ? firstRun : asFlags(words);
  if (words.length === 0) {
    await writeLine(
      terminal.stdout,
      `no command given, so this is: ${commandLine(firstRun.join(' '))} (--help shows all)`,
    );
  }
  const program = createProgram(context, given);
  const commandNames = program.commands.map((command) => command.name());
  try {
    await program.parseAsync([...given], { from: 'user' });
    return context.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok;
    const isUsage = error instanceof UsageError || error instanceof CommanderError;
    await writeLine(terminal.stderr, describeError(error, commandNames.includes(given[0]) ? given : []));
    if (words.includes('--debug')) await writeLine(terminal.stderr, describeStack(error));
    else if (error instanceof NoAdapterError)
      await writeLine(terminal.stderr, `To see what is missing: ${commandLine('doctor')}`);
    else if (!isUsage) await writeLine(terminal.stderr, 'Add --debug to see where in the program this arose.');
    return isUsage ? exitCodes.usage : exitCodes.failed;
  }
}

/** Translates `help` and `version`, words of other programs, into this one's flags. */
function asFlags(words: readonly string[]): readonly string[] {
  const [first, ...rest] = words;
  if (first === 'help') return [...rest, '--help'];
  return ['version', '-V', '-v'].includes(first) ? ['--version'] : words;
}

function createProgram(context: Context, words: readonly string[]): Command {
  const { stdout } = context.terminal;
  const program = new Command('flowtape')
    .description('Train samplers of discrete objects (GFlowNets), evaluate them, and sample from them.')
    .version(context.version, '--version', 'show the version')
    .helpCommand(false)
    .addHelpText('after', '\nExit codes: 0 success, 1 the work failed, 2 the command line was refused, 130 Ctrl-C.');
  addCommonOptions(program);
  for (const make of [
    trainCommand,
    evalCommand,
    sampleCommand,
    exportCommand,
    reproduceCommand,
    sweepCommand,
    compareCommand,
    doctorCommand,
  ])
    program.addCommand(make(context, words));
  program.addCommand(runsCommand(context));
  program.addCommand(dataCommand(context));
  program.addCommand(completionCommand(context, program));
  for (const command of withSubcommands(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => stdout.write(text),
      // Commander throws its errors, so that they are all written in one place.
      writeErr: () => undefined,
      getOutHelpWidth: () => stdout.columns ?? 100,
      getOutHasColors: () => false,
    });
  }
  return program;
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

/** @param words the command line, empty if it names no command */
function describeError(error: unknown, words: readonly string[]): string {
  if (error instanceof CommanderError) {
    const command = words.length === 0 ? '' : `${words[0]} `;
    // Command lines that commander would answer with its help.
    if (error.code === 'commander.help')
      return `flowtape: ${command}needs a command. See: ${commandLine(`${command}--help`)}`;
    const message = printable(error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' '));
    if (error.code === 'commander.unknownOption') return `flowtape: ${unknownOption(message, words)}`;
    return `flowtape: ${message.endsWith(')') ? message : asSentence(message)} See: ${commandLine(`${command}--help`)}`;
  }
  return `flowtape: ${printable(asSentence(messageOf(error)))}`;
}

/** Makes a text that may come from a file printable: some characters control terminals. */
function printable(text: string): string {
  return text.replaceAll(
    /[^\P{Cc}\n\t]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function describeStack(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by ${describeStack(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
