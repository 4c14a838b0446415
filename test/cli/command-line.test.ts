import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { commandLine } from "../../src/cli/command-line.js";

/** Parses a command line and returns what commander would print and exit with. */
async function run(...parameters: string[]) {
  let output = "";
  const program = commandLine("9.9.9", () => {});
  const write = (text: string) => {
    output += text;
  };
  for (const command of [program, ...program.commands]) {
    command.configureOutput({ writeOut: write, writeErr: write });
  }
  try {
    await program.parseAsync(parameters, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return { output, exitCode: error.exitCode };
    throw error;
  }
  return { output, exitCode: 0 };
}

describe("tilework --help", () => {
  it("shows the commands, a first try and a cluster by hand", async () => {
    const { output, exitCode } = await run("--help");
    expect(exitCode).toBe(0);
    for (const command of ["scheduler", "worker", "info", "demo"]) {
      expect(output).toMatch(new RegExp(`^  ${command} `, "m"));
    }
    expect(output).toContain("$ tilework demo");
    expect(output).toContain('Client.connect("tcp://127.0.0.1:8786")');
    expect(output).toContain("Exit codes: 0 done, 1 it failed, 2 the command line");
  });

  it.each([
    ["scheduler", ["--host", "--port", "--address", "--worker-timeout", "--record", "--log-level"]],
    ["worker", ["--nthreads", "--memory-limit", "--name", "--local-directory", "--death-timeout"]],
    ["info", []],
    ["replay", ["--story", "--until"]],
    ["demo", ["--size", "--chunk", "--workers", "--seed", "--out"]],
  ])("explains %s with an example", async (command, options) => {
    const { output, exitCode } = await run(command, "--help");
    expect(exitCode).toBe(0);
    expect(output).toMatch(new RegExp(`For example:\\n  \\$ tilework ${command} `));
    for (const option of options) expect(output).toContain(option);
    expect(output).not.toContain("--with-parent");
  });

  it("prints the version", async () => {
    expect(await run("--version")).toEqual({ output: "9.9.9\n", exitCode: 0 });
  });
});

describe("a command line that makes no sense", () => {
  it.each([
    [["wroker"], /Did you mean worker/],
    [["worker"], /missing the scheduler's address/],
    [["worker", "tcp://h:1", "--scheduler-file", "s.json"], /--scheduler-file: give one of them/],
    [["observe", "task", "run.json"], /observe task needs the task's key/],
    [["worker", "localhost:8786"], /must look like tcp:\/\/host:port/],
    [["worker", "tcp://h:1", "--nthreads", "0"], /'0' is invalid.*whole number from 1/],
    [["worker", "tcp://h:1", "--memory-limit", "lots"], /"1GB"/],
    [["worker", "tcp://h:1", "--memory-target", "60"], /up to 1, such as 0.6, or false/],
    [["scheduler", "--port", "99999"], /from 0 to 65535/],
    [["scheduler", "--log-level", "loud"], /Allowed choices are debug/],
    [
      ["stop", "tcp://h:1", "--all", "--workers"],
      /'--workers \[names...\]' cannot be used with.*--all/,
    ],
    [["submit", "--restarts", "often", "app.mjs"], /'often' is invalid.*whole number from 0/],
    [["submit", "--env", "LEVEL", "app.mjs"], /as in LEVEL=3/],
    [["demo", "--chunk", "1.5"], /whole number/],
    [["demo", "a.npy", "b.npy"], /too many arguments/],
    [["demo", "--sise", "3"], /Did you mean --size/],
  ])("%j is refused and says why", async (parameters, why) => {
    const { output, exitCode } = await run(...parameters);
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(why);
  });
});
