// The commands that look at a cluster, a recording or a graph.
import { Argument, type Command, Option } from "commander";
import {
  answerTimeoutOption,
  example,
  type OnExit,
  schedulerFileOption,
  schedulerOf,
  securityOption,
  subcommand,
} from "../options/command-parts.js";
import { address, seconds, secondsFromZero } from "../options/option-values.js";
import { OBSERVE_COMMANDS } from "./observe-commands.js";

/** `tilework info` and `tilework top`. */
export function addInfoCommands(program: Command, onExit: OnExit): void {
  subcommand(program, "info")
    .description(
      "Show the workers of the scheduler at ADDRESS; without ADDRESS, show this machine's cores, memory and kernels.",
    )
    .argument("[address]", "where the scheduler listens, such as tcp://127.0.0.1:8786", address)
    .addOption(schedulerFileOption())
    .option("--json", "print JSON")
    .addOption(answerTimeoutOption())
    .addOption(securityOption())
    .addHelpText("after", example("tilework info tcp://127.0.0.1:8786"))
    .action(async (given, options, command: Command) => {
      const { runInfo, runMachineInfo } = await import("./info.js");
      const isMachine = given === undefined && options.schedulerFile === undefined;
      onExit(
        isMachine
          ? runMachineInfo(options)
          : await runInfo(await schedulerOf(command, given, options), options),
      );
    });
  const top = subcommand(program, "top")
    .description("Show the workers every second, until Ctrl-C.")
    .argument("[address]", "where the scheduler listens (default: configured)", address)
    .addOption(schedulerFileOption())
    .option("--json", "print a line of JSON each time")
    .addOption(securityOption())
    .addHelpText("after", example("tilework top tcp://127.0.0.1:8786"))
    .action(async (given, options) => {
      const { runTop } = await import("./info.js");
      onExit(await runTop(await schedulerOf(top, given, options), options));
    });
}

/** `tilework logs`. */
export function addLogsCommand(program: Command, onExit: OnExit): void {
  const logs = subcommand(program, "logs")
    .description("Show the last lines of the scheduler's and the workers' logs, in order of time.")
    .argument("[address]", "where the scheduler listens (default: configured)", address)
    .addOption(schedulerFileOption())
    .option("--worker <name...>", "show these workers alone, without the scheduler")
    .option("--json", "print JSON")
    .addOption(answerTimeoutOption())
    .addOption(securityOption())
    .addHelpText("after", example("tilework logs tcp://127.0.0.1:8786 --worker worker-0"))
    .action(async (given, options) => {
      const { runLogs } = await import("./logs.js");
      onExit(await runLogs(await schedulerOf(logs, given, options), options));
    });
}

/** `tilework observe`. */
export function addObserveCommand(program: Command, onExit: OnExit): void {
  subcommand(program, "observe")
    .description("Say what a cluster does, or what a saved run did.")
    .addArgument(new Argument("<command>", "what to show").choices(OBSERVE_COMMANDS))
    .argument("<source>", "a scheduler's address, or a file of `client.observe({ file })`")
    .argument("[key]", "the task that `task` is about, such as 'add-3f2a1b0(0, 3)'")
    .option("--json", "print JSON for programs", false)
    .addOption(
      new Option("--start <seconds>", "where `timeline` begins").argParser(secondsFromZero),
    )
    .addOption(new Option("--duration <seconds>", "how much of it to show").argParser(seconds))
    .addOption(answerTimeoutOption())
    .addOption(securityOption())
    .addHelpText(
      "after",
      `
overview       where the time went; ask layers, transfers or memory next, as its bottleneck says
layers         time, tasks and bytes of each layer; ask stragglers or critical-path next
workers        tasks, memory and time of each worker; ask timeline next for an idle one
timeline       what ran on which thread and when; ask task next for a key in it
transfers      bytes and time between each two workers; ask layers next for who made them
memory         the most memory of each worker and layer; ask events next for spills and deaths
stragglers     tasks that took far longer than others of their layer; ask task next
critical-path  the chain of layers that decided how long the run took; ask layers next
spans          span() in your code and the client's own part, by name; ask timeline next
task           the story of one task; ask timeline next for what ran beside it
events         what happened; ask errors next
errors         tasks that failed, with their stacks; ask task next
page           the dashboard's page of the run as one HTML file; with --json, the run itself

docs/reference/observe.schema.json has the JSON Schema of what each prints with --json.
${example(
  "tilework observe overview tcp://127.0.0.1:8786",
  "tilework observe timeline run.json --start 1.5 --duration 0.01 --json",
  "tilework observe page run.json > run.html",
)}`,
    )
    .action(async (command, source, key, options, observe) => {
      if (command === "task" && key === undefined) {
        const example = "tilework observe task SOURCE 'add-3f2a1b0(0, 3)'";
        observe.error(`error: observe task needs the task's key: ${example}`);
      }
      const { runObserve } = await import("./observe.js");
      onExit(await runObserve(command, source, key, options));
    });
}

/** `tilework replay`. */
export function addReplayCommand(program: Command, onExit: OnExit): void {
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
    .option("--json", "print JSON: the whole state, and the stories")
    .addHelpText("after", example("tilework replay events.bin --story worker-0"))
    .action(async (file, options) => {
      const { runReplay } = await import("./replay.js");
      onExit(runReplay(file, options));
    });
}

/** `tilework graph`. */
export function addGraphCommand(program: Command, onExit: OnExit): void {
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
