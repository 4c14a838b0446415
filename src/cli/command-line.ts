// The command line: commands, options and their help texts. Each command is a file of its own,
// loaded when called, so that `--help` is quick.
import { Argument, Command, Option } from "commander";
import { JOB_TASKS_MAX } from "../graph/tasks/task-limit.js";
import { LOG_LEVELS } from "../runtime/host/node-log.js";
import { EXIT_USAGE } from "./exit-codes.js";
import { OBSERVE_COMMANDS } from "./observe-commands.js";
import {
  address,
  dashboardAddress,
  directory,
  memoryLimit,
  memoryPart,
  port,
  positiveInteger,
  resources,
  seconds,
  seed,
} from "./option-values.js";

/** Receives the exit code of the command that ran. */
export type OnExit = (code: number) => void;

/** The whole command line. */
export function commandLine(version: string, onExit: OnExit): Command {
  const program = new Command("tilework")
    .description("Chunked arrays computed by a scheduler and worker processes.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this; for one command: tilework worker --help")
    .exitOverride()
    .configureHelp({ showGlobalOptions: false })
    .showSuggestionAfterError()
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
  addInfoCommand(program, onExit);
  addObserveCommand(program, onExit);
  addReplayCommand(program, onExit);
  addGraphCommand(program, onExit);
  addDemoCommand(program, onExit);
  addKeysCommand(program, onExit);
  return program;
}

function addSchedulerCommand(program: Command, onExit: OnExit): void {
  const command = subcommand(program, "scheduler")
    .description("Run a scheduler: workers and clients connect to it.")
    .option("--host <host>", "interface to listen on; 0.0.0.0 lets other machines in", "127.0.0.1")
    .option("--port <port>", "port to listen on; 0 takes any that is free", port, 8786)
    .option("--address <address>", "a whole address instead, such as ipc:///tmp/scheduler", address)
    .addOption(
      secondsOption(
        "--worker-timeout <seconds>",
        "silence after which a worker counts as lost",
        10,
      ),
    )
    .option(
      "--job-tasks-max <count>",
      "the most tasks of one job; more are refused",
      positiveInteger,
      JOB_TASKS_MAX,
    )
    .option(
      "--dashboard-address <address>",
      "host:port of the dashboard (default: port 8787 of this machine, or another if that is taken)",
      dashboardAddress,
    )
    .option("--no-dashboard", "serve no dashboard")
    .option("--record <file>", "write every event to this file, for `tilework replay`")
    .addOption(new Option("--remove-directory <path...>").hideHelp())
    .addHelpText("after", example("tilework scheduler --host 0.0.0.0 --port 8786 --security keys"))
    .action(async (options) => {
      const { runScheduler } = await import("./scheduler.js");
      onExit(await runScheduler(options));
    });
  addProcessOptions(command);
}

function addWorkerCommand(program: Command, onExit: OnExit): void {
  const command = subcommand(program, "worker")
    .description("Run a worker for the scheduler at ADDRESS.")
    .argument("<address>", "where the scheduler listens, such as tcp://127.0.0.1:8786", address)
    .option("--nthreads <count>", "threads that compute (default: one per core)", positiveInteger)
    .option(
      "--memory-limit <bytes>",
      'such as "2GB", "512MiB", or "0.5" of the memory (default: 0.9)',
      memoryLimit,
    )
    .option(
      "--resources <amounts>",
      'resources that tasks may require, such as "GPU=2 MEM=10e9"',
      resources,
    )
    .option("--preload <module...>", "modules that its threads import before their first task")
    .option("--name <name>", "its name in logs (default: the host's name and the process id)")
    .addOption(new Option("--in-place-of <name>").hideHelp())
    .option(
      "--local-directory <path>",
      "directory for results that do not fit in memory (default: the system's directory for temporary files)",
      directory,
    )
    .option(
      "--memory-target <part>",
      "fraction of memory above which results go to disk, or false (default: 0.6)",
      memoryPart,
    )
    .option(
      "--memory-spill <part>",
      "fraction for the whole process above which more go to disk, or false (default: 0.7)",
      memoryPart,
    )
    .option(
      "--memory-pause <part>",
      "fraction above which only work begins that frees memory, or false (default: 0.8)",
      memoryPart,
    )
    .option(
      "--memory-terminate <part>",
      "fraction above which the process ends itself, or false (default: 0.95)",
      memoryPart,
    )
    .option(
      "--no-shared-memory",
      "send results through sockets to processes of this machine, too, instead of letting them read memory",
    )
    .option(
      "--host <host>",
      "interface on which other workers fetch its results (default: guessed)",
    )
    .addOption(secondsOption("--death-timeout <seconds>", "how long to wait for a scheduler", 60))
    .option("--supervise", "restart it, in a process of its own, when it dies", false)
    .option("--reconnect", "wait for another scheduler also when its own is stopped", false)
    .addHelpText(
      "after",
      example("tilework worker tcp://127.0.0.1:8786 --nthreads 2 --memory-limit 2GB"),
    )
    .action(async (schedulerAddress, options) => {
      if (options.supervise === true) {
        const { superviseWorker } = await import("./supervised-worker.js");
        onExit(await superviseWorker(schedulerAddress, options));
        return;
      }
      const { runWorker } = await import("./worker.js");
      onExit(await runWorker(schedulerAddress, options));
    });
  addProcessOptions(command);
}

function addInfoCommand(program: Command, onExit: OnExit): void {
  subcommand(program, "info")
    .description(
      "Show the workers of the scheduler at ADDRESS; without ADDRESS, show this machine's cores, memory and kernels.",
    )
    .argument("[address]", "where the scheduler listens, such as tcp://127.0.0.1:8786", address)
    .addOption(secondsOption("--timeout <seconds>", "how long to wait for an answer", 5))
    .addOption(securityOption())
    .addHelpText("after", example("tilework info tcp://127.0.0.1:8786"))
    .action(async (schedulerAddress, options) => {
      const { runInfo, runMachineInfo } = await import("./info.js");
      onExit(
        schedulerAddress === undefined
          ? runMachineInfo()
          : await runInfo(schedulerAddress, options),
      );
    });
}

function addObserveCommand(program: Command, onExit: OnExit): void {
  subcommand(program, "observe")
    .description("Say what a cluster does, or what a saved run did.")
    .addArgument(new Argument("<command>", "what to show").choices(OBSERVE_COMMANDS))
    .argument("<source>", "a scheduler's address, or a file of `client.observe({ file })`")
    .argument("[key]", "the task that `task` is about, such as 'add-3f2a1b0(0, 3)'")
    .option("--json", "print JSON for programs", false)
    .addOption(new Option("--start <seconds>", "where `timeline` begins").argParser(seconds))
    .addOption(new Option("--duration <seconds>", "how much of it to show").argParser(seconds))
    .addOption(secondsOption("--timeout <seconds>", "how long to wait for an answer", 5))
    .addOption(securityOption())
    .addHelpText(
      "after",
      `
overview       where the time went; ask layers, transfers or memory next, as its bottleneck says
layers         time, tasks and bytes of each layer; ask stragglers next
workers        tasks, memory and time of each worker
timeline       what ran on which thread and when
transfers      bytes and time between each two workers
memory         the most memory of each worker and layer
stragglers     tasks that took far longer than others of their layer; ask task next
critical-path  the chain of layers that decided how long the run took
task           the story of one task
events         what happened
errors         tasks that failed, with their stacks
${example(
  "tilework observe overview tcp://127.0.0.1:8786",
  "tilework observe timeline run.json --start 1.5 --duration 0.01 --json",
)}`,
    )
    .action(async (command, source, key, options) => {
      const { runObserve } = await import("./observe.js");
      onExit(await runObserve(command, source, key, options));
    });
}

function addReplayCommand(program: Command, onExit: OnExit): void {
  subcommand(program, "replay")
    .description(
      "Replay a scheduler's recording (--record) and show the final state, or show a dump.",
    )
    .argument(
      "<file>",
      "what `tilework scheduler --record FILE` or `client.dump({ file })` has written",
    )
    .option(
      "--story <about>",
      'show what happened to a task, such as "add-3f2a1b0(0, 3)", or a worker; may be repeated',
      (about: string, before: readonly string[]) => [...before, about],
      [],
    )
    .addOption(new Option("--until <seconds>", "replay only this many seconds").argParser(seconds))
    .addHelpText("after", example("tilework replay events.bin --story worker-0"))
    .action(async (file, options) => {
      const { runReplay } = await import("./replay.js");
      onExit(runReplay(file, options));
    });
}

function addGraphCommand(program: Command, onExit: OnExit): void {
  subcommand(program, "graph")
    .description("Draw the graph of a collection that a module exports, without computing it.")
    .argument("<target>", "a module and the name of its export: `job.mjs#mean`")
    .option(
      "--out <path>",
      "where to draw: .svg, .png, .html, .dot, .graphml, .gexf, .json or .mmd",
      "tilework.svg",
    )
    .addOption(
      new Option("--level <level>", "a box for each layer or each task")
        .choices(["layers", "tasks"])
        .default("layers"),
    )
    .addOption(
      new Option("--color <by>", "what boxes are coloured by")
        .choices(["kind", "layer", "order", "bytes", "pressure", "worker", "duration"])
        .default("kind"),
    )
    .addOption(
      new Option(
        "--optimize [both]",
        "draw the optimised graph; `both` draws it beside the original",
      )
        .choices(["both"])
        .default(false),
    )
    .addHelpText("after", example("tilework graph job.mjs#mean --out graph.html --level tasks"))
    .action(async (target, options) => {
      const { runGraph } = await import("./graph.js");
      onExit(await runGraph(target, options));
    });
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
    .addHelpText(
      "after",
      example("tilework demo --size 4000 --workers 2", "tilework demo data.npy"),
    )
    .action(async (file, options) => {
      const { runDemo } = await import("./demo.js");
      onExit(await runDemo(file, options));
    });
}

function addKeysCommand(program: Command, onExit: OnExit): void {
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
}

function securityOption(): Option {
  return new Option(
    "--security <path>",
    "file or folder with its keys, of `tilework keys new` (default: TILEWORK_SECURITY)",
  );
}

/** Options of the commands that run until they are ended. */
function addProcessOptions(command: Command): void {
  command
    .addOption(
      new Option("--log-level <level>", "the least important lines to log")
        .choices([...LOG_LEVELS])
        .default("info"),
    )
    .option("--log-json", "log JSON for machines instead of lines for people", false)
    .addOption(securityOption())
    .option(
      "--insecure",
      "listen where other machines reach it without keys, too: all who do can run code here",
      false,
    )
    // Set by LocalCluster: ends with the program that started it.
    .addOption(new Option("--with-parent").default(false).hideHelp());
}

function subcommand(program: Command, name: string): Command {
  return program.command(name).helpOption("-h, --help", "print this");
}

function secondsOption(flags: string, description: string, defaultSeconds: number): Option {
  return new Option(flags, description)
    .argParser(seconds)
    .default(defaultSeconds * 1_000, `${defaultSeconds}`);
}

function example(...lines: string[]): string {
  return `\nFor example:\n${lines.map((line) => `  $ ${line}`).join("\n")}`;
}
