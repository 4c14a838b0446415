// Connections to the engine: they keep their program, keep to the memory of their thread, and can
// be closed while queries run.
import { expect, test } from "vitest";
import { currentHost, installHost } from "../../src/base/host.js";
import { connectEngine, limitEngine } from "../../src/engine/duckdb.js";
import { ENGINE_ROOM } from "../../src/engine/engine-room.js";
import { closeConnections } from "../../src/engine/open-connections.js";
import { readQuery } from "../../src/engine/read-partitions.js";

const MIB = 2 ** 20;

const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

test("a connection keeps its program until it is closed", async () => {
  const connection = await connectEngine();
  const during = timers();
  connection.closeSync();
  expect(timers()).toBe(during - 1);
});

test("the engine leaves the operands of its task their part of the memory", async () => {
  const host = currentHost();
  const connection = await connectEngine();
  const limit = async () =>
    (await readQuery(connection, "SELECT current_setting('memory_limit')"))[0];
  try {
    const room = { memoryBytes: 256 * MIB, threadBytes: 512 * MIB, base: "", prefix: "" };
    installHost(host.with(ENGINE_ROOM, room));
    await limitEngine(connection, 0);
    expect(await limit()).toEqual(["256.0 MiB"]);
    await limitEngine(connection, 200 * MIB);
    expect(await limit()).toEqual(["132.0 MiB"]);
    await limitEngine(connection, 900 * MIB);
    expect(await limit()).toEqual(["64.0 MiB"]);
  } finally {
    installHost(host);
    await connection.run("RESET memory_limit");
    connection.closeSync();
  }
});

test("a statement alone keeps its limit, and sets it again after a partition", async () => {
  const host = currentHost();
  const connection = await connectEngine();
  const limit = async () =>
    (await readQuery(connection, "SELECT current_setting('memory_limit')"))[0];
  try {
    const share = { memoryBytes: 300 * MIB, threadBytes: 1000 * MIB, threads: 2 };
    installHost(host.with(ENGINE_ROOM, { ...share, base: "", prefix: "" }));
    await limitEngine(connection, 0, true);
    expect(await limit()).toEqual(["800.0 MiB"]);
    await connection.run("SET memory_limit = '799MiB'");
    await limitEngine(connection, 0, true);
    expect(await limit()).toEqual(["799.0 MiB"]);
    await limitEngine(connection, 0);
    expect(await limit()).toEqual(["300.0 MiB"]);
    await limitEngine(connection, 0, true);
    expect(await limit()).toEqual(["800.0 MiB"]);
  } finally {
    installHost(host);
    await connection.run("RESET memory_limit; RESET threads");
    connection.closeSync();
  }
});

test("queries that run are interrupted where their thread ends", async () => {
  const connection = await connectEngine();
  const ended = connection
    .run("SELECT count(*) FROM range(1_000_000_000_000) t(i) WHERE hash(i) = 1")
    .catch((error: Error) => error.message)
    .finally(() => connection.closeSync());
  await closeConnections();
  expect(await ended).toMatch(/interrupted/i);
});
