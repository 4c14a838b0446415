// `tilework keys` and its command.
import { type Command, Option } from "commander";
import { RENEWABLE } from "../comm/security/key-files.js";
import { example, type OnExit, subcommand } from "./command-parts.js";

/** `tilework keys`. */
export function addKeysCommand(program: Command, onExit: OnExit): void {
  const keys = subcommand(program, "keys").description(
    "Make keys, with which only those who have them get into a cluster.",
  );
  subcommand(keys, "new")
    .description("Write new keys for one cluster into FOLDER, a file for each role.")
    .argument("<folder>", "a folder, which is made where there is none")
    .addHelpText("after", example("tilework keys new keys"))
    .action(async (folder) => {
      const { runNewKeys } = await import("./new-keys.js");
      onExit(runNewKeys(folder));
    });
  subcommand(keys, "renew")
    .description("Take the keys of one role back: write others in their place into FOLDER.")
    .argument("<folder>", "the folder with the files of all roles")
    .addOption(
      new Option("--for <role>", "whose keys").choices([...RENEWABLE]).makeOptionMandatory(),
    )
    .addHelpText("after", example("tilework keys renew keys --for client"))
    .action(async (folder, options) => {
      const { runRenewKeys } = await import("./new-keys.js");
      onExit(runRenewKeys(folder, options.for));
    });
}
