// The script for shells: bash itself says what it completes.
import { execFileSync } from "node:child_process";
import type { Command } from "commander";
import { expect, it } from "vitest";
import { commandLine } from "../../src/cli/command-line.js";
import { completionScript } from "../../src/cli/completion.js";

/** Each command below one, with its path and the long names of its options, by its own help. */
function helpOf(command: Command, path: readonly string[]): [readonly string[], string[]][] {
  const help = command.createHelp();
  const shown = help.visibleOptions(command).map(({ flags }) => flags);
  const own = shown.flatMap((flags) => flags.match(/--[a-z-]+/g) ?? []);
  const commands = command.commands.map((each) => helpOf(each, [...path, each.name()]));
  return [[path, [...own, ...command.commands.map((each) => each.name())]], ...commands.flat()];
}

function completed(...words: string[]): string[] {
  const script = completionScript(
    commandLine("0", () => {}),
    "bash",
  );
  const array = words.map((word) => `'${word}'`).join(" ");
  const ask = `COMP_WORDS=(tilework ${array}); COMP_CWORD=${words.length}; _tilework; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const output = execFileSync("bash", ["-c", `${script}\n${ask}`], { encoding: "utf8" });
  return output.split("\n").filter((line) => line !== "");
}

it("completes commands, their options and their commands", () => {
  expect(completed("sch")).toEqual(["scheduler"]);
  expect(completed("worker", "tcp://127.0.0.1:8786", "--nt")).toEqual(["--nthreads"]);
  expect(completed("job", "lo")).toEqual(["logs"]);
  expect(completed("job", "logs", "--fo")).toEqual(["--follow"]);
  expect(completed("config", "set", "--i")).toEqual(["--in"]);
});

it("knows every command, and every option that its help shows", () => {
  const program = commandLine("0", () => {});
  const script = completionScript(program, "bash");
  const places = helpOf(program, []);
  expect(places.length).toBeGreaterThan(20);
  const asked = places.map(
    ([path]) =>
      `COMP_WORDS=(tilework ${path.join(" ")} ''); COMP_CWORD=${path.length + 1}; _tilework; echo "\${COMPREPLY[@]}"`,
  );
  const output = execFileSync("bash", ["-c", `${script}\n${asked.join("\n")}`], {
    encoding: "utf8",
  });
  const known = output.split("\n").map((line) => line.split(" "));
  for (const [k, [path, words]] of places.entries()) {
    expect(known[k], path.join(" ")).toEqual(expect.arrayContaining(words));
  }
});
