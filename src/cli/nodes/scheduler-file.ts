// The file in which a scheduler leaves its address, for workers and clients: whole or not at all,
// and gone when the scheduler has ended.
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { ClusterError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import type { SchedulerFile } from "../../client/session/scheduler-address.js";

/**
 * Refuses a file of another scheduler that still runs on this machine.
 *
 * @throws ClusterError `cluster.start` that says which
 */
export function checkSchedulerFile(path: string): void {
  const { pid, host, address } = readFile(path);
  if (host !== hostname() || pid === undefined || !isRunning(pid)) return;
  const text = `the scheduler file ${path} belongs to the scheduler at ${address}, which runs as process ${pid}: end that one, or choose another file`;
  throw new ClusterError("start", text, { path, pid });
}

/** Writes the file; returns what removes it, unless it is another's by then. */
export function writeSchedulerFile(path: string, facts: SchedulerFile): () => void {
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, `${JSON.stringify(facts, null, 2)}\n`);
    renameSync(draft, path);
  } catch (error) {
    const reason = reasonOf(error);
    const text = `the scheduler file ${path} cannot be written: ${reason}`;
    throw new ClusterError("start", text, { path }, error);
  }
  return () => {
    if (readFile(path).scheduler === facts.scheduler) rmSync(path, { force: true });
  };
}

function readFile(path: string): Partial<SchedulerFile> {
  try {
    return (JSON.parse(readFileSync(path, "utf8")) ?? {}) as Partial<SchedulerFile>;
  } catch {
    // There is none, or it is of something else.
    return {};
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
