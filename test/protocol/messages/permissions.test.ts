// Who may say what to a scheduler where peers have keys.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { FROM_CLIENT, FROM_WORKER } from "../../../src/protocol/messages/messages.js";
import { findForbidden } from "../../../src/protocol/messages/permissions.js";
import type { Role } from "../../../src/protocol/values/roles.js";

type Said = Parameters<typeof findForbidden>[1];

/** The types of messages that the role may say. */
function allowed(role: Role, types: object): string[] {
  return Object.keys(types).filter(
    (type) => findForbidden(role, { type, askedBy: 1 } as unknown as Said) === undefined,
  );
}

describe("the keys of", () => {
  test("a client say nothing that a worker says, nor what ends others' work", () => {
    expect(allowed("client", FROM_WORKER)).toEqual([]);
    const said = allowed("client", FROM_CLIENT);
    // Without a topic: some it may ask.
    const forAdmins = Object.keys(FROM_CLIENT).filter((type) => !said.includes(type));
    expect(forAdmins.toSorted()).toEqual([
      "adviseScale",
      "askNodes",
      "askScheduler",
      "describeTasks",
      "dumpState",
      "observeRun",
      "rebalanceData",
      "reportWorkerExit",
      "restartCluster",
      "retireWorkers",
      "shutdownCluster",
      "tellStory",
    ]);
  });

  test("a client ask for versions, and not for logs", () => {
    const asked = { type: "askNodes", request: 1, workers: null } as const;
    expect(findForbidden("client", { ...asked, topic: "about" })).toBeUndefined();
    expect(findForbidden("client", { ...asked, topic: "logs" })).toContain("the keys of admin");
    expect(findForbidden("admin", { ...asked, topic: "logs" })).toBeUndefined();
  });

  test("an administrator say all that a client may say", () => {
    expect(allowed("admin", FROM_CLIENT)).toEqual(Object.keys(FROM_CLIENT));
    expect(allowed("admin", FROM_WORKER)).toEqual([]);
  });

  test("a worker submit for tasks that it runs, and not for themselves", () => {
    expect(allowed("worker", FROM_WORKER)).toEqual(Object.keys(FROM_WORKER));
    const submission = { type: "submitGraph" } as Said;
    expect(findForbidden("worker", submission)).toContain("client or admin");
    expect(findForbidden("worker", { ...submission, askedBy: 1 } as unknown as Said)).toBe(
      undefined,
    );
    expect(findForbidden("worker", { type: "shutdownCluster" })).toBe(
      "shutdownCluster takes the keys of admin, and these are of worker",
    );
  });

  test("a scheduler say nothing to one", () => {
    expect(allowed("scheduler", { ...FROM_CLIENT, ...FROM_WORKER })).toEqual([]);
  });
});

/** The messages behind each row of the table in docs/internals/security.md. */
const ROWS: Readonly<Record<string, readonly string[]>> = {
  "register as a worker, report on tasks": Object.keys(FROM_WORKER),
  "submit graphs": ["submitGraph"],
  "use actors, queues, locks and datasets": [
    "createActor",
    "releaseActor",
    "findActor",
    "listActors",
    "coordinate",
    "cancelWait",
    "leaveCoordination",
  ],
  "release or retry a graph's outputs": ["releaseOutputs", "retryOutputs", "releaseGraph"],
  "connect, describe the cluster": [
    "registerClient",
    "clientHeartbeat",
    "closeClient",
    "describeCluster",
  ],
  "ask for versions of workers, copy persisted blocks, register plugins": [
    "askNodes",
    "askScheduler",
    "clientObserved",
    "replicateLayer",
    "plugWorkers",
  ],
  "report that a worker's process has ended": ["reportWorkerExit"],
  "retire workers": ["retireWorkers"],
  "see all state, who has which result and logs, scale, restart, shut down": [
    "tellStory",
    "describeTasks",
    "dumpState",
    "observeRun",
    "rebalanceData",
    "adviseScale",
    "restartCluster",
    "shutdownCluster",
  ],
};

describe("the table of who may do what", () => {
  const page = readFileSync(
    new URL("../../../docs/internals/security.md", import.meta.url),
    "utf8",
  );
  const [, table = ""] = page.split("### Who may do what");
  const rows = table
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.split("|").map((cell) => cell.trim()));

  test("has a row for every message", () => {
    const all = new Set([...Object.keys(FROM_CLIENT), ...Object.keys(FROM_WORKER)]);
    expect(new Set(Object.values(ROWS).flat())).toEqual(all);
  });

  test.each(Object.entries(ROWS))("says who may: %s", (does, types) => {
    const row = rows.find(([, first]) => first === does);
    expect(row, `no row "${does}" in docs/internals/security.md`).toBeDefined();
    for (const [k, role] of (["worker", "client", "admin"] as const).entries()) {
      const may = (row?.[k + 2] ?? "") !== "";
      for (const type of types) {
        const message = { type, askedBy: 1, topic: "about", what: "about" } as unknown as Said;
        expect([type, role, findForbidden(role, message) === undefined]).toEqual([type, role, may]);
      }
    }
  });
});
