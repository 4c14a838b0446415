// Who may say what to a scheduler where peers have keys.
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
