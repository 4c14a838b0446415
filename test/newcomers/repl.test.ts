// Functions that are typed into Node's REPL, line by line, with what is typed around them.
import { spawn } from "node:child_process";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** Types lines, each when the one before has been answered, and returns the answers. */
async function typed(lines: readonly string[]): Promise<string[]> {
  const env = { ...process.env, NODE_REPL_HISTORY: "", NO_COLOR: "1", FORCE_COLOR: undefined };
  const repl = spawn(process.execPath, ["--interactive"], { cwd: root, env });
  const ended = new Promise((whenEnded) => repl.once("close", whenEnded));
  let text = "";
  let look = () => {};
  repl.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
    look();
  });
  const answer = () =>
    new Promise<string>((whenAnswered) => {
      look = () => {
        if (!/(^|\n)> $/.test(text)) return;
        whenAnswered(text.replace(/> $/, "").trim());
        text = "";
        look = () => {};
      };
      look();
    });
  const answers: string[] = [];
  await answer();
  for (const line of lines) {
    repl.stdin.write(`${line}\n`);
    answers.push(await answer());
  }
  repl.stdin.end();
  await ended;
  return answers;
}

it("captures constants of lines with await, and functions by name", async () => {
  const [, ...answers] = await typed([
    'const { arange } = await import("tilework");',
    "const f = (x) => arange(3).mapBlocks(x).compute().then((y) => y.toArray().join());",
    "const k = 4; await f((b) => b.data.map((v) => v * k))",
    "function twice(v) { return 2 * v; }",
    "await f((b) => b.data.map(twice))",
    "function four(v) { return twice(twice(v)); }",
    "await f((b) => b.data.map(four))",
    "const [one, { two }] = [await 1, { two: 2 }]; function add(v) { return v + one; }",
    "await f((b) => b.data.map((v) => add(v) * two))",
    "var old = 7",
    "await f((b) => b.data.map((v) => v + old))",
    "await f((b) => b.data.map((v) => v + path.basename('/a/12').length))",
    "let n = 1; n = 2; await f((b) => b.data.map((v) => v + n))",
    "await f((b) => b.data.map((v) => v + missing))",
  ]);
  expect(answers.filter((_, i) => [1, 3, 5, 7, 9, 10].includes(i))).toEqual([
    "'0,4,8'",
    "'0,2,4'",
    "'0,4,8'",
    "'2,4,6'",
    "'7,8,9'",
    "'2,3,4'",
  ]);
  expect(answers[11]).toContain("uses n, which is reassigned");
  expect(answers[12]).toContain("uses missing, which is not defined");
});
