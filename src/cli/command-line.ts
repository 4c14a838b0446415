// The command line: its commands, in the order of the help text, and what holds for all of them.
// Each command runs in a file of its own, loaded when called, so that `--help` is quick.
import { Command } from "commander";
import { addCompletionCommand } from "./completion.js";
import {
  addGraphCommand,
  addInfoCommands,
  addLogsCommand,
  addObserveCommand,
  addReplayCommand,
} from "./look/look-commands.js";
import { addSchedulerCommand, addStopCommand, addWorkerCommand } from "./nodes/cluster-commands.js";
import { example, type OnExit, subcommand, useSecurity } from "./options/command-parts.js";
import { applySettings } from "./options/config-settings.js";
import { memoryLimit, positiveInteger, seed } from "./options/option-values.js";
import { EXIT_USAGE } from "./process/exit-codes.js";
import { addJobCommands, addRunCommand, addSubmitCommand } from "./programs/program-commands.js";
import { addConfigCommand } from "./setup/config-commands.js";
import { addKeysCommand } from "./setup/keys-command.js";

/** The whole command line. */
export function commandLine(version: string, onExit: OnExit): Command {
  const program = new Command("tilework")
    .description("Chunked arrays computed by a scheduler and worker processes.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this; for one command: tilework worker --help")
    .exitOverride()
    .configureHelp({ showGlobalOptions: false })
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .addHelpText(
      "after",
      `
See it work, on this machine alone:
  $ tilework demo

A cluster by hand, one command in each terminal (or on each machine):
  $ tilework scheduler --port 8786
  $ tilework worker tcp://127.0.0.1:8786 --nthreads 2
and in your program:  await Client.connect("tcp://127.0.0.1:8786")

Exit codes: 0 done, 1 it failed, ${EXIT_USAGE} the command line was not understood, 130 ended by Ctrl-C.`,
    );
  addSchedulerCommand(program, onExit);
  addWorkerCommand(program, onExit);
  addStopCommand(program, onExit);
  addRunCommand(program, onExit);
  addSubmitCommand(program, onExit);
  addJobCommands(program, onExit);
  addInfoCommands(program, onExit);
  addLogsCommand(program, onExit);
  addObserveCommand(program, onExit);
  addReplayCommand(program, onExit);
  addGraphCommand(program, onExit);
  addConfigCommand(program, onExit);
  addCompletionCommand(program, onExit);
  addDemoCommand(program, onExit);
  addKeysCommand(program, onExit);
  program.hook("preAction", (_program, command) => {
    applySettings(command);
    useSecurity(command);
  });
  return program;
}

function addDemoCommand(program: Command, onExit: OnExit): void {
  subcommand(program, "demo")
    .description(
      "Compute the mean of a large random array plus its own transpose on a local cluster, or do the same with a square NumPy file of yours.",
    )
    .argument("[file]", "a two-dimensional square .npy file, read by block by the workers")
    .option("--size <n>", "rows and columns of the random array", positiveInteger, 10_000)
    .option(
      "--chunk <n>",
      "rows and columns of its blocks (default: 1000, or by the file's size)",
      positiveInteger,
    )
    .option("--workers <count>", "worker processes (default: by the cores)", positiveInteger)
    .option("--nthreads <count>", "threads of each worker (default: by the cores)", positiveInteger)
    .option(
      "--memory-limit <bytes>",
      'memory of each worker, such as "1GB" (default: by the machine)',
      memoryLimit,
    )
    .option("--seed <n>", "seed of the random array: the same seed, the same mean", seed, 42)
    .option("--out <path>", "where to draw the task graph", "tilework-graph.svg")
    .option("--report <path>", "where to write a page of the run (HTML)")
    .addHelpText(
      "after",
      example("tilework demo --size 4000 --workers 2", "tilework demo data.npy"),
    )
    .action(async (file, options) => {
      const { runDemo } = await import("./demo.js");
      onExit(await runDemo(file, options));
    });
}
