// The commands that run programs: `tilework run`, `submit`, `jobs` and `job`.
import type { Command } from "commander";
import { Option } from "commander";
import {
  example,
  type OnExit,
  schedulerFileOption,
  schedulerOf,
  secondsOption,
  securityOption,
  subcommand,
} from "../options/command-parts.js";
import {
  address,
  byteCount,
  memoryLimit,
  positiveInteger,
  resources,
  variable,
  wholeNumber,
  words,
} from "../options/option-values.js";

/** `tilework run`. */
export function addRunCommand(program: Command, onExit: OnExit): void {
  subcommand(program, "run")
    .description(
      "Run a program with a cluster of its own on this machine, for as long as it takes.",
    )
    .argument("<program>", "a JavaScript file")
    .argument("[args...]", "what it is given")
    .passThroughOptions()
    .option("--workers <count>", "worker processes (default: by the cores)", positiveInteger)
    .option("--nthreads <count>", "threads of each worker (default: by the cores)", positiveInteger)
    .option(
      "--memory-limit <bytes>",
      "memory of each worker (default: by the machine)",
      memoryLimit,
    )
    .addHelpText("after", example("tilework run --workers 4 app.mjs input.csv"))
    .action(async (path, args, options) => {
      const { runProgram } = await import("./run.js");
      onExit(await runProgram(path, args, options));
    });
}

/** `tilework submit`. */
export function addSubmitCommand(program: Command, onExit: OnExit): void {
  const command = subcommand(program, "submit")
    .description("Run a program against a cluster: here, or on one of its workers.")
    .argument("<program>", "a JavaScript file")
    .argument("[args...]", "what it is given")
    .passThroughOptions()
    .option("--scheduler <address>", "where the scheduler listens (default: configured)", address)
    .addOption(schedulerFileOption())
    .addOption(securityOption())
    .addOption(
      new Option(
        "--deploy-mode <mode>",
        "client: the program runs here; cluster: on a worker, and survives this command",
      )
        .choices(["client", "cluster"])
        .default("client"),
    )
    .option("--name <name>", "what it is called (default: the name of its file)")
    .option("--total-cores <count>", "tasks of a job that run at a time", positiveInteger)
    .option(
      "--worker-memory <bytes>",
      "memory of a job on any one worker, such as 500MB",
      byteCount,
    )
    .option(
      "--env <name=value>",
      "a variable of its environment and its tasks'; may be repeated",
      variable,
      {},
    )
    .option("--env-file <path>", "a file of such lines")
    .option("--files <paths>", "files that travel with it, with commas (cluster mode)", words)
    .option("--workers <names>", "workers that it may run on, with commas (cluster mode)", words)
    .option("--resources <amounts>", "what it takes of its worker (cluster mode)", resources)
    .option(
      "--restarts <count>",
      "starts again when its worker is lost (cluster mode)",
      wholeNumber,
    )
    .option("--follow", "print its output until it ends (cluster mode)")
    .option("--json", "print JSON (cluster mode)")
    .addHelpText(
      "after",
      example(
        "tilework submit --total-cores 8 app.mjs input.csv",
        "tilework submit --deploy-mode cluster --follow app.mjs",
      ),
    )
    .action(async (path, args, options) => {
      const { submitHere, submitToCluster } = await import("./submit.js");
      const at = await schedulerOf(command, options.scheduler, options);
      const submit = options.deployMode === "cluster" ? submitToCluster : submitHere;
      onExit(await submit(at, path, args, options));
    });
}

/** `tilework jobs` and `tilework job`. */
export function addJobCommands(program: Command, onExit: OnExit): void {
  const jobs = withScheduler(subcommand(program, "jobs"))
    .description("Show the programs that run on workers, and those that have ended lately.")
    .addHelpText("after", example("tilework jobs --scheduler tcp://127.0.0.1:8786"))
    .action(async (options) => {
      const { showJobs } = await import("./followed-jobs.js");
      onExit(await showJobs(await schedulerOf(jobs, options.scheduler, options), options));
    });
  const job = subcommand(program, "job").description(
    "Look at a program that was handed in with `tilework submit --deploy-mode cluster`, or stop it.",
  );
  job.addHelpText("after", example("tilework job logs --follow 3f2a1b0c"));
  const one = (name: "status" | "logs" | "stop" | "wait", description: string) => {
    const command = withScheduler(subcommand(job, name))
      .description(description)
      .argument("<id>", "its number: `tilework jobs` shows them");
    if (name === "logs") command.option("-f, --follow", "print more as it comes");
    command.action(async (id, options) => {
      const { jobCommand } = await import("./followed-jobs.js");
      const at = await schedulerOf(command, options.scheduler, options);
      onExit(await jobCommand(name, at, id, options));
    });
  };
  one("status", "how it is: running, succeeded, failed or stopped");
  one("logs", "what it has printed");
  one("stop", "end it");
  one("wait", "wait for its end; exits with 0 if it succeeded");
}

function withScheduler(command: Command): Command {
  return command
    .option("--scheduler <address>", "where the scheduler listens (default: configured)", address)
    .addOption(schedulerFileOption())
    .option("--json", "print JSON")
    .addOption(securityOption())
    .addOption(secondsOption("--timeout <seconds>", "how long to wait for the scheduler", 5));
}
