// `tilework keys` and its command.
import { type Command, Option } from "commander";
import { RENEWABLE } from "../../comm/security/key-files.js";
import { example, type OnExit, subcommand } from "../options/command-parts.js";

/** `tilework keys`. */
export function addKeysCommand(program: Command, onExit: OnExit): void {
  const keys = subcommand(program, "keys").description(
    "Make keys, with which only those who have them get into a cluster.",
  );
  subcommand(keys, "new")
    .description("Write new keys for one cluster into FOLDER, a file for each role.")
    .argument("<folder>", "a folder, which is made where there is none")
    .addOption(
      new Option("--for <role>", "add keys of one name to those in FOLDER").choices([...RENEWABLE]),
    )
    .option("--name <name>", "whose keys these are, such as ann")
    .addHelpText("after", example("tilework keys new keys --for client --name ann"))
    .action(async (folder, options, command) => {
      const { runNewKeys, runNewNamedKeys } = await import("./new-keys.js");
      const { for: role, name } = options;
      if ((role === undefined) !== (name === undefined)) {
        command.error(
          "error: --for and --name go together: tilework keys new FOLDER --for client --name ann",
        );
      }
      onExit(role === undefined ? runNewKeys(folder) : runNewNamedKeys(folder, role, name));
    });
  keys.addHelpText("after", example("tilework keys new keys"));
  subcommand(keys, "revoke")
    .description("Take the keys of one name back; all others stay.")
    .argument("<folder>", "the folder with the files of all roles")
    .requiredOption("--name <name>", "whose keys")
    .addHelpText("after", example("tilework keys revoke keys --name ann"))
    .action(async (folder, options) => {
      const { runRevokeKeys } = await import("./new-keys.js");
      onExit(runRevokeKeys(folder, options.name));
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
