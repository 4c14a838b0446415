// Times contenders side by side: each is a process that stays warm and runs its job once when it
// is asked to; rounds go A B C A B C …, so that all see the same drift of a shared machine. Ratios
// are taken round by round against the last contender that is there.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * One contender: a command that answers each line on its standard input with one line of JSON
 * (`{ seconds, note? }`), after a first line `ready`.
 *
 * @typedef {{ name: string, command: string, args: string[] }} Contender
 */

/** Starts a contender; undefined when it cannot run here (Python without Dask, say). */
export async function start({ name, command, args }) {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const failed = new Promise((resolve) => child.once("error", () => resolve({ done: true })));
  const next = async () => {
    const line = await Promise.race([lines.next(), failed]);
    return line.done ? undefined : line.value;
  };
  let first = await next();
  while (first !== undefined && first !== "ready") first = await next();
  if (first === undefined) return undefined;
  return {
    name,
    /** @param what which job, where the contender has several */
    async run(what = "run") {
      child.stdin.write(`${what}\n`);
      const line = await next();
      if (line === undefined) throw new Error(`contender ${name} ended in the middle of a run`);
      return JSON.parse(line);
    },
    stop() {
      child.stdin.end();
      return new Promise((resolve) => {
        child.once("exit", resolve);
        if (child.exitCode !== null) resolve();
      });
    },
  };
}

export const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/**
 * Runs the contenders and prints a table: best and median seconds, those of the first run apart,
 * and the median ratio to each contender named in `against`.
 *
 * @param {string} question what the table answers
 * @param {Contender[]} contenders
 * @param {{ rounds?: number, against?: string[] }} options
 */
export async function sideBySide(question, contenders, { rounds = 7, against = [] } = {}) {
  console.log(`\n${question}`);
  const running = [];
  for (const contender of contenders) {
    const started = await start(contender);
    if (started === undefined) console.log(`  (${contender.name}: not available here, left out)`);
    else running.push({ ...started, seconds: [], note: undefined });
  }
  const firstRuns = new Map();
  for (const contender of running) firstRuns.set(contender, (await contender.run()).seconds);
  for (let round = 0; round < rounds; round++) {
    for (const contender of running) {
      const { seconds, note } = await contender.run();
      contender.seconds.push(seconds);
      contender.note = note;
    }
  }
  const references = running.filter(({ name }) => against.includes(name));
  for (const contender of running) {
    const { name, seconds, note } = contender;
    const ratios = references
      .filter((reference) => reference.name !== name)
      .map((reference) => {
        const ratio = median(seconds.map((value, i) => value / reference.seconds[i]));
        return `${ratio.toFixed(2)}× ${reference.name}`;
      });
    console.log(
      `  ${name.padEnd(34)} best ${Math.min(...seconds).toFixed(3)} s  median ` +
        `${median(seconds).toFixed(3)} s  first ${firstRuns.get(contender).toFixed(3)} s  ` +
        `${ratios.join("  ")}${note ? `  (${note})` : ""}`,
    );
  }
  for (const contender of running) await contender.stop();
}
