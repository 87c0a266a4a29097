import { Command } from 'commander';
import { catalogue } from '../run/catalogue.ts';
import { addCommonOptions, type Context } from './context.ts';
import { parseChoice } from './option-values.ts';
import { writeLine } from './terminal.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

/** The words that may follow a command. */
interface Completions {
  readonly command: string;
  readonly words: readonly string[];
}

/** `flowtape completion`: prints a shell's completion script. */
export function completionCommand(context: Context, program: Command): Command {
  const command = new Command('completion')
    .description(
      'Print a shell script that completes commands, problems and flags. For bash: source <(flowtape completion bash)',
    )
    .argument('<SHELL>', shells.join(', '));
  return addCommonOptions(command).action(async (name: string) => {
    const shell = parseChoice('The shell', name, shells);
    await writeLine(context.terminal.stdout, completionScript(shell, completionsOf(program)));
  });
}

function completionsOf(program: Command): Completions[] {
  const problems = catalogue.problems.map(({ name }) => name);
  const objectives = catalogue.objectives.map(({ name }) => name);
  const takesProblem = ['train', 'eval', 'reproduce'];
  return [
    { command: '', words: program.commands.map((command) => command.name()) },
    ...program.commands.map((command) => ({
      command: command.name(),
      words: [
        ...command.commands.map((each) => each.name()),
        ...(takesProblem.includes(command.name()) ? problems : []),
        ...(command.name() === 'train' ? objectives : []),
        ...command.options.flatMap(({ long }) => long ?? []),
        '--help',
      ],
    })),
  ];
}

/** The script. Where none of the words fits, it completes files and folders. */
function completionScript(shell: (typeof shells)[number], completions: readonly Completions[]): string {
  const [{ words: commands }, ...others] = completions;
  const cases = (indent: string) =>
    others.map(({ command, words }) => `${indent}${command}) choices='${[...new Set(words)].join(' ')}' ;;`).join('\n');
  if (shell === 'bash') {
    return `_flowtape() {
  local choices
  case "\${COMP_WORDS[1]}" in
${cases('    ')}
    *) choices='${commands.join(' ')}' ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then choices='${commands.join(' ')}'; fi
  COMPREPLY=($(compgen -W "$choices" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _flowtape flowtape`;
  }
  if (shell === 'zsh') {
    return `#compdef flowtape
_flowtape() {
  local choices
  case "\${words[2]}" in
${cases('    ')}
    *) choices='${commands.join(' ')}' ;;
  esac
  if (( CURRENT == 2 )); then choices='${commands.join(' ')}'; fi
  compadd -- \${=choices} || _files
}
compdef _flowtape flowtape`;
  }
  const lines = others.map(
    ({ command, words }) =>
      `complete -c flowtape -n '__fish_seen_subcommand_from ${command}' -a '${[...new Set(words)].join(' ')}'`,
  );
  return [`complete -c flowtape -n __fish_use_subcommand -a '${commands.join(' ')}'`, ...lines].join('\n');
}
