// The engine of tables: DuckDB, in this thread. Its package is optional, and loaded by the first
// table that is computed.
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { provided } from "../base/host.js";
import { loadOptional } from "../formats/files/optional-package.js";
import { ENGINE_BYTES_MIN, ENGINE_ROOM } from "./engine-room.js";
import { noteClosed, noteOpening } from "./open-connections.js";

/** The package, whole. */
export type DuckDB = typeof import("@duckdb/node-api");

/**
 * The package.
 *
 * @throws ArgumentError `argument.value` where it is not installed
 */
export function loadDuckDB(): Promise<DuckDB> {
  return loadOptional("tables are computed", PACKAGE, async () => required(PACKAGE) as DuckDB);
}

const PACKAGE = "@duckdb/node-api";

/**
 * By require, in 80 ms: import would search each of the package's 181 modules for names first, in
 * 200 ms.
 */
const required = createRequire(import.meta.url);

/** Nothing is ever downloaded: what a query needs is in the package, or it fails. */
const NOTHING_FROM_OUTSIDE = {
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
};

let opened: Promise<DuckDBInstance> | undefined;

/**
 * The period of a timer that does nothing: Node does not list the engine's work among what keeps a
 * program, so that a program that waits for it would look idle.
 */
const NEVER_MS = 2 ** 30;

/** A connection to the engine of this thread, to be closed after use. */
export async function connectEngine(): Promise<DuckDBConnection> {
  const busy = setInterval(() => {}, NEVER_MS);
  try {
    const connection = await noteOpening(async () => {
      opened ??= openEngine();
      return (await opened).connect();
    });
    const close = connection.closeSync.bind(connection);
    connection.closeSync = () => {
      clearInterval(busy);
      noteClosed(connection);
      close();
    };
    return connection;
  } catch (error) {
    clearInterval(busy);
    throw error;
  }
}

async function openEngine(): Promise<DuckDBInstance> {
  // Made by the engine with the first thing that memory has no room for: threads that are ended
  // leave nothing else.
  const room = provided(ENGINE_ROOM);
  const { base = tmpdir(), prefix = `tilework-tables-${process.pid}-` } = room ?? {};
  const folder = join(base, `${prefix}${randomUUID()}`);
  return newEngine({
    temp_directory: folder,
    ...(room === undefined ? {} : { memory_limit: memorySetting(room.memoryBytes) }),
  });
}

/** How much of a thread's share of memory its task and the engine take together, at most. */
const TAKEN_FRACTION = 0.65;

/** How much of the worker's memory a statement may use that has all threads: nothing else runs. */
const ALONE_FRACTION = 0.4;

/** What the engine of this thread was last set to. */
let latestSettings: string | undefined;

/**
 * Leaves the engine what the operands of its task leave of the memory: the thread's, or all of the
 * worker's with all of its threads.
 */
export async function limitEngine(
  connection: DuckDBConnection,
  operandBytes: number,
  isAlone = false,
): Promise<void> {
  const room = provided(ENGINE_ROOM);
  if (room === undefined) return;
  const { memoryBytes, threadBytes } = room;
  const threads = isAlone ? room.threads : 1;
  const leftBytes = Math.min(
    isAlone ? ALONE_FRACTION * threads * threadBytes : memoryBytes,
    TAKEN_FRACTION * threads * threadBytes - operandBytes,
  );
  const setting = memorySetting(Math.max(leftBytes, ENGINE_BYTES_MIN));
  const settings = `SET memory_limit = '${setting}'; SET threads = ${threads}`;
  // To set a limit takes milliseconds, and returns the engine's idle memory to the system. Workers
  // need that between partitions; a statement alone would ask for the same memory again.
  if (isAlone && settings === latestSettings) return;
  latestSettings = undefined;
  await connection.run(settings);
  latestSettings = settings;
}

/** A query ends with these where nothing is done with its first rows. */
const ENDING = /(\s*\)|\s*\b(limit|offset)\s+\d+)+\s*$/i;

/** Whether the engine of this thread filters rows by what a join above wants of them. */
let pushesJoins = true;

/**
 * Has the first rows of a table be those that a join above a LIMIT gets: the engine (1.5.5) leaves
 * out rows that the join does not want before it takes the first ones.
 */
export async function keepFirstRows(connection: DuckDBConnection, sql: string): Promise<void> {
  const isFree = !/\blimit\b/i.test(sql.replace(ENDING, ""));
  if (isFree === pushesJoins) return;
  const disabled = isFree ? "" : "join_filter_pushdown";
  await connection.run(`SET disabled_optimizers = '${disabled}'`);
  pushesJoins = isFree;
}

function memorySetting(bytes: number): string {
  return `${Math.floor(bytes / 2 ** 20)}MiB`;
}

/** Another engine in this process, with settings of its own. */
export async function newEngine(
  settings: Readonly<Record<string, string>>,
): Promise<DuckDBInstance> {
  const { DuckDBInstance } = await loadDuckDB();
  const instance = await DuckDBInstance.create(":memory:", {
    ...NOTHING_FROM_OUTSIDE,
    // Each executor thread has an engine of its own, and one core.
    threads: "1",
    // Otherwise the memory of a query that has ended stays with the process.
    allocator_background_threads: "true",
    ...settings,
  });
  const connection = await instance.connect();
  await connection.run("SET GLOBAL TimeZone = 'UTC'");
  connection.closeSync();
  return instance;
}
