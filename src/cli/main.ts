#!/usr/bin/env node
// The `tilework` command: runs the command line and turns its outcome into an exit code.
import { CommanderError } from "commander";
import { currentHost, installHost } from "../base/host.js";
import { SETTINGS } from "../base/settings.js";
import { configSettings } from "../config/config.js";
import { compileSooner } from "../runtime/host/compile-sooner.js";
import { packageVersion } from "../system/package-version.js";
import { commandLine } from "./command-line.js";
import { EXIT_CLEAN, EXIT_FAILURE, EXIT_USAGE } from "./process/exit-codes.js";
import { failureText } from "./process/failure-text.js";
import { guardStreams } from "./process/standard-streams.js";

/** As long as closed sockets linger, and some more. */
const END_MS_MAX = 1_500;

/** Runs one command line and returns its exit code. */
async function main(parameters: readonly string[]): Promise<number> {
  let exitCode = EXIT_CLEAN;
  const program = commandLine(packageVersion(), (code) => {
    exitCode = code;
  });
  if (parameters.length === 0) {
    program.outputHelp();
    return EXIT_USAGE;
  }
  try {
    await program.parseAsync([...parameters], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CLEAN : EXIT_USAGE;
    process.stderr.write(`tilework: ${failureText(error)}\n`);
    return EXIT_FAILURE;
  }
}

const parameters = process.argv.slice(2);
let isOutputLost = false;
guardStreams(parameters[0], () => {
  isOutputLost = true;
  process.exitCode = EXIT_FAILURE;
});

compileSooner();
installHost(currentHost().with(SETTINGS, configSettings));
const exitCode = await main(parameters);
process.exitCode = isOutputLost ? EXIT_FAILURE : exitCode;
// A process that ends by itself still sends messages that closed sockets have queued for peers that
// do not answer; `process.exit` does not. Timers and sockets that users' modules left open delay
// the exit by no more than this.
setTimeout(() => process.exit(), END_MS_MAX).unref();
