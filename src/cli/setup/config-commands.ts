// `tilework config` and its commands.
import { type Command, Option } from "commander";
import type { ConfigScope } from "../../config/config-files.js";
import { example, type OnExit, subcommand } from "../options/command-parts.js";

/** `tilework config`. */
export function addConfigCommand(program: Command, onExit: OnExit): void {
  const command = subcommand(program, "config").description(
    "Show or set the configuration: defaults, then the files of the system, the user and the project, then TILEWORK_… variables; flags and code win over all.",
  );
  subcommand(command, "list")
    .description("all keys, their values and where these come from")
    .option("--changed", "only keys that are set somewhere")
    .option("--json", "print JSON")
    .action(async (options) => {
      const { listConfig } = await import("./config-command.js");
      onExit(listConfig(undefined, options));
    });
  subcommand(command, "find")
    .description("the keys in whose name or meaning a text is")
    .argument("<text>")
    .option("--json", "print JSON")
    .action(async (text, options) => {
      const { listConfig } = await import("./config-command.js");
      onExit(listConfig(text, options));
    });
  subcommand(command, "get")
    .description("the value of a key")
    .argument("<key>", "such as worker.memoryLimit")
    .option("--json", "print JSON, with where it comes from")
    .action(async (key, options) => {
      const { getConfig } = await import("./config-command.js");
      onExit(getConfig(key, options));
    });
  subcommand(command, "set")
    .description("set a key in a file; without a value, take it out")
    .argument("<key>")
    .argument("[value]", 'such as "4GB", "10 s" or false')
    .addOption(
      new Option("--in <file>", "whose file")
        .choices(["system", "user", "project"] satisfies ConfigScope[])
        .default("user"),
    )
    .action(async (key, value, options) => {
      const { setConfig } = await import("./config-command.js");
      onExit(setConfig(key, value, options.in));
    });
  command.addHelpText("after", example("tilework config set worker.memoryLimit 4GB"));
}
