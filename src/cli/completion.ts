// `tilework completion`: a script by which bash or zsh complete commands and options.
import type { Command, Option } from "commander";
import { example, type OnExit, subcommand } from "./options/command-parts.js";
import { EXIT_CLEAN } from "./process/exit-codes.js";

/** `tilework completion`. */
export function addCompletionCommand(program: Command, onExit: OnExit): void {
  subcommand(program, "completion")
    .description("Print a script that completes commands and options in your shell.")
    .argument("<shell>", "bash or zsh")
    .addHelpText("after", example('eval "$(tilework completion bash)"'))
    .action((shell: string, _options, command: Command) => {
      if (shell !== "bash" && shell !== "zsh") {
        command.error(`error: no script for ${shell}: expected bash or zsh`);
      }
      process.stdout.write(completionScript(program, shell));
      onExit(EXIT_CLEAN);
    });
}

/** The words after each command, as a shell function. */
export function completionScript(program: Command, shell: "bash" | "zsh"): string {
  const lines = linesOf(program, "");
  const paths = lines.map(([path]) => path).filter((path) => path !== "");
  return [
    ...(shell === "zsh" ? ["autoload -U +X bashcompinit && bashcompinit"] : []),
    "_tilework() {",
    '  local at="" words="" k',
    "  for ((k = 1; k < COMP_CWORD; k++)); do",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
    '    case "${at:+$at }${COMP_WORDS[k]}" in',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
    `      ${paths.map((path) => `"${path}"`).join("|")}) at="${"${at:+$at }${COMP_WORDS[k]}"}" ;;`,
    "    esac",
    "  done",
    '  case "$at" in',
    ...lines.map(([path, words]) => `    "${path}") words="${words.join(" ")}" ;;`),
    "  esac",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
    '  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
    '  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))',
    "}",
    "complete -o filenames -F _tilework tilework",
    "",
  ].join("\n");
}

function linesOf(command: Command, path: string): [path: string, words: string[]][] {
  const own = [
    ...command.commands.map((each) => each.name()),
    ...command.options.filter(({ hidden }) => !hidden).flatMap(longNames),
    "--help",
  ];
  const below = command.commands.flatMap((each) =>
    linesOf(each, path === "" ? each.name() : `${path} ${each.name()}`),
  );
  return [[path, own], ...below];
}

/** Some options have two names. */
function longNames({ short, long }: Option): string[] {
  return [short, long].filter((name) => name?.startsWith("--") === true) as string[];
}
