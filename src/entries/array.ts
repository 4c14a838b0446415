/**
 * Chunked arrays alone: without clusters, threads and native code, so that a bundler can make one
 * file of a program. `compute()` runs in the calling thread, which it blocks meanwhile, unless
 * `tilework` is imported too, whose threads or cluster compute then.
 *
 * @module tilework/array
 * @example
 * import { arange } from "tilework/array";
 *
 * await arange(1_000, { chunks: 100 }).multiply(2).max().compute(); // → 1998
 */
// The entry `tilework/array`. Loads no native addon.
import { hash } from "node:crypto";
import { showShortly, TRACE } from "../base/error-text.js";
import { TileworkError } from "../base/errors.js";
import { currentHost, installHost } from "../base/host.js";
import { FUNCTION_SHIPPER } from "../functions/shipped-function.js";
import { HASHER } from "../graph/model/naming.js";
import { DEFAULT_EXECUTOR } from "../graph/ports/executor.js";
import { SerialExecutor } from "../runtime/nodes/serial-executor.js";
import { nodeShipper } from "../shipping/ship-function.js";

// arrays
export * from "../array/index.js";
export { type FnOptions, fn } from "../functions/declared-captures.js";
// functions
export type { FunctionRef, NamedFunction } from "../functions/function-ref.js";
export type { AnyFunction, ShippedFunction, SourcePlace } from "../functions/shipped-function.js";
// graphs, and the options and reports of computations
export * from "../graph/index.js";
// executors
export { SerialExecutor, type SerialExecutorOptions } from "../runtime/nodes/serial-executor.js";

showShortly(TileworkError);

// The side effects of importing this file. Keep what another entry has provided: `tilework`
// computes elsewhere.
const host = currentHost();
installHost(
  host
    .with(DEFAULT_EXECUTOR, host.find(DEFAULT_EXECUTOR) ?? (() => new SerialExecutor()))
    .with(FUNCTION_SHIPPER, nodeShipper)
    .with(TRACE, { isOn: process.env.TILEWORK_TRACE === "1" })
    .with(HASHER, (content) => hash("sha256", content, "hex").slice(0, 32)),
);
