// Arguments of administrative requests, checked before they are sent: copies of data, workers that
// leave, files.
import { ArgumentError } from "../../base/errors.js";
import type { LayerName } from "../../graph/model/layer.js";
import type { DataArranged } from "../../protocol/messages/messages.js";
import { isPlain } from "../../shipping/call-arguments.js";
import { Future } from "../futures/future.js";
import type { Arranged, PersistedArray } from "../session/client-options.js";
import type { Connection } from "../session/connection.js";

/**
 * Checks the layer and the number of copies.
 *
 * @throws ArgumentError `argument.value`
 */
export function checkReplication(
  array: PersistedArray,
  copies: number,
): { readonly layer: LayerName; readonly copies: number } {
  const layer = array?.node?.layer;
  if (layer?.kind !== "persisted") {
    const given =
      layer === undefined ? "no array" : `an array that is not persisted (${layer.name})`;
    const text = `replicate() was given ${given}: give it the result of persist()`;
    throw new ArgumentError("value", text, { name: layer?.name });
  }
  if (!Number.isInteger(copies) || copies < 1) {
    const text = `copies is ${copies}: expected a whole number from 1`;
    throw new ArgumentError("value", text, { copies });
  }
  return { layer: layer.name, copies };
}

/** @throws ArgumentError `argument.value` for anything else than a list of names */
export function checkWorkerNames(method: string, names: readonly string[]): void {
  if (Array.isArray(names) && names.every((name) => typeof name === "string")) return;
  throw new ArgumentError("value", `${method}() expects a list of workers' names`, { names });
}

/** @throws ArgumentError `argument.value` when no file is named */
export function checkFile(options: { readonly file: string }): string {
  const file = options?.file;
  if (typeof file === "string" && file !== "") return file;
  const text = "dump() needs the name of a file to write: dump({ file })";
  throw new ArgumentError("value", text, { file });
}

/** The public result of a request to move or copy data. */
export function arranged({ blocks, bytes, blocksShort }: DataArranged): Arranged {
  return { blocks, bytes, blocksShort };
}

/**
 * Puts each element of a list or plain object somewhere.
 *
 * @throws ArgumentError `argument.value` for anything else
 */
export function scatterEach(values: unknown, put: (value: unknown) => Future): unknown {
  if (Array.isArray(values)) return values.map((value) => put(value));
  if (isPlain(values)) {
    return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, put(value)]));
  }
  const text = `scatterEach() was given a value of type ${typeof values}: expected a list or a plain object; scatter() takes any value`;
  throw new ArgumentError("value", text, { values });
}

/** Requests copies of a result when it is ready, without waiting for them. */
export function broadcastFuture<T>(
  future: Future<T>,
  broadcast: number | true,
  connection: Connection,
): void {
  const copy = async () => {
    await future.settled();
    const session = await connection.session();
    const { workers } = await session.ask("describeCluster", {});
    const copies = broadcast === true ? workers.length : broadcast;
    const layer = Future.layerOf(future as Future);
    if (copies > 1) await session.ask("replicateLayer", { layer, copies });
  };
  copy().catch(() => undefined);
}
