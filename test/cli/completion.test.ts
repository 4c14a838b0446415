// The script for shells: bash itself says what it completes.
import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { commandLine } from "../../src/cli/command-line.js";
import { completionScript } from "../../src/cli/completion.js";

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
