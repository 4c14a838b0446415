// The commands that run a cluster by hand: `tilework scheduler`, `worker` and `stop`.
import type { Command } from "commander";
import { Option } from "commander";
import { JOB_TASKS_MAX } from "../../graph/tasks/task-limit.js";
import {
  addProcessOptions,
  answerTimeoutOption,
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
  contactAddress,
  dashboardAddress,
  directory,
  interfaceHost,
  memoryLimit,
  memoryPart,
  ports,
  positiveInteger,
  resources,
  words,
  workerCount,
} from "../options/option-values.js";

/** `tilework scheduler`. */
export function addSchedulerCommand(program: Command, onExit: OnExit): void {
  const command = subcommand(program, "scheduler")
    .description("Run a scheduler: workers and clients connect to it.")
    .option("--host <host>", "interface to listen on; 0.0.0.0 lets other machines in", "127.0.0.1")
    .option("--interface <name>", "the same by its name, such as eth0", interfaceHost)
    .option("--port <port>", "port to listen on, or a range (9000-9010); 0 for any", ports, "8786")
    .option("--address <address>", "a whole address instead, such as ipc:///tmp/scheduler", address)
    .option(
      "--contact-address <address>",
      "the address that others are given, where theirs is another",
      contactAddress,
    )
    .option("--scheduler-file <path>", "write its address there, for workers and clients")
    .option("--preload <module...>", "modules to import before it listens")
    .addOption(
      secondsOption("--worker-timeout <seconds>", "silence after which a worker is lost", 60),
    )
    .addOption(
      secondsOption(
        "--idle-timeout <seconds>",
        "end after that long without any job (default: never)",
      ),
    )
    .addOption(
      secondsOption(
        "--no-workers-timeout <seconds>",
        "fail jobs that wait that long for a worker (default: never)",
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
    .option("--run-file <file>", "keep a file of what was observed, for `tilework observe`")
    .option("--record <file>", "write every event to this file, for `tilework replay`")
    .addOption(new Option("--remove-directory <path...>").hideHelp())
    .addHelpText("after", example("tilework scheduler --host 0.0.0.0 --port 8786 --security keys"))
    .action(async (options) => {
      const { runScheduler } = await import("./scheduler.js");
      onExit(await runScheduler(options));
    });
  addProcessOptions(command);
}

/** `tilework worker`. */
export function addWorkerCommand(program: Command, onExit: OnExit): void {
  const command = subcommand(program, "worker")
    .description("Run workers for the scheduler at ADDRESS, and start them again when they die.")
    .argument("[address]", "where the scheduler listens, such as tcp://127.0.0.1:8786", address)
    .addOption(schedulerFileOption())
    .option("--nworkers <count>", "how many workers; auto divides the cores", workerCount, 1)
    .option("--nthreads <count>", "threads that compute (default: one per core)", positiveInteger);
  addWorkerIdentity(command);
  addWorkerMemory(command);
  addWorkerPage(command);
  command
    .addOption(secondsOption("--death-timeout <seconds>", "how long to wait for a scheduler", 60))
    .addOption(
      secondsOption("--lifetime <seconds>", "leave in good order after that long (default: never)"),
    )
    .addOption(secondsOption("--lifetime-stagger <seconds>", "a random time more or less"))
    .option("--lifetime-restart", "have another in its place then", false)
    .option("--supervise", "start it again when it dies", true)
    .option("--no-supervise", "do not")
    .option("--reconnect", "wait for another scheduler also when its own is stopped", false)
    .addHelpText(
      "after",
      example("tilework worker tcp://127.0.0.1:8786 --nthreads 2 --memory-limit 2GB"),
    )
    .action(async (given, options) => {
      const schedulerAddress = await schedulerOf(command, given, options, options.deathTimeout);
      if (options.supervise && options.withParent !== true) {
        const { superviseWorkers } = await import("./supervised-worker.js");
        onExit(await superviseWorkers(schedulerAddress, options));
        return;
      }
      const { runWorker } = await import("./worker.js");
      onExit(await runWorker(schedulerAddress, options));
    });
  addProcessOptions(command);
}

function addWorkerIdentity(command: Command): void {
  command
    .option("--name <name>", "its name in logs (default: the host's name and the process id)")
    .addOption(new Option("--in-place-of <name>").hideHelp())
    .option(
      "--resources <amounts>",
      'resources that tasks may require, such as "GPU=2 MEM=10e9"',
      resources,
    )
    .option("--tags <words>", "words by which jobs choose workers: gpu,near for tag:gpu", words)
    .option("--preload <module...>", "modules that its threads import before their first task")
    .option(
      "--host <host>",
      "interface on which other workers fetch its results (default: guessed)",
    )
    .option("--interface <name>", "the same by its name, such as eth0", interfaceHost)
    .option(
      "--data-port, --port <port>",
      "port for that, or a range (9000-9100) for several workers",
      ports,
      "0",
    )
    .option(
      "--contact-address <address>",
      "the address that others are given for that; port 0 stands for the real one",
      contactAddress,
    );
}

function addWorkerPage(command: Command): void {
  command
    .option(
      "--dashboard-address <address>",
      "host:port of its own page and metrics; several workers take the ports that follow (default: any port of this machine, opened on request)",
      dashboardAddress,
    )
    .option("--no-dashboard", "serve no page of its own");
}

function addWorkerMemory(command: Command): void {
  command
    .option(
      "--memory-limit <bytes>",
      'such as "2GB", "512MiB", or "0.5" of the memory (default: 0.9)',
      memoryLimit,
    )
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
    );
}

/** `tilework stop`. */
export function addStopCommand(program: Command, onExit: OnExit): void {
  const command = subcommand(program, "stop")
    .description("End the scheduler at ADDRESS and its workers, or workers alone.")
    .argument("[address]", "where the scheduler listens", address)
    .addOption(schedulerFileOption())
    .addOption(
      new Option(
        "--workers [names...]",
        "retire these workers, or all; the scheduler stays",
      ).conflicts("all"),
    )
    .option("--all", "the scheduler and all workers: what it does without --workers")
    .option("--json", "print JSON")
    .addOption(answerTimeoutOption())
    .addOption(securityOption())
    .addHelpText("after", example("tilework stop tcp://127.0.0.1:8786 --workers worker-3"))
    .action(async (given, options) => {
      const { stopCluster } = await import("./stop.js");
      onExit(await stopCluster(await schedulerOf(command, given, options), options));
    });
}
