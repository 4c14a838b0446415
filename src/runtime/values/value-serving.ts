// Serves a worker's values to peers and clients: whole values from value-loans.ts, parts from
// value-cuts.ts.
import type { DataHandler, DataItem } from "../../comm/interface/transport.js";
import type { Cut } from "../../graph/dependencies/regions.js";
import { formOf } from "./pool-copies.js";
import { ValueCuts } from "./value-cuts.js";
import { type OnUnreadable, type ValueLoan, ValueLoans } from "./value-loans.js";
import type { WorkerMemory } from "./worker-memory.js";

type Found = DataItem | undefined;

/** A handler that answers requests for results from a worker's memory and disk. */
export function serveValues(memory: WorkerMemory, unreadable?: OnUnreadable): DataHandler {
  const loans = new ValueLoans(memory, unreadable);
  const cuts = new ValueCuts(memory.pool);
  const lent = (loan: ValueLoan, region: Cut | null): Found | Promise<Found> => {
    const { value, isPart, release } = loan;
    if (region !== null && !isPart) return cuts.cut(value, region, release);
    const { buffer, byteOffset } = value.memory;
    return { ...formOf(value), bytes: new Uint8Array(buffer, byteOffset, value.bytes), release };
  };
  const item = (task: number, region: Cut | null): Found | Promise<Found> => {
    const loan = loans.lend(task, region);
    if (loan instanceof Promise) return loan.then((late) => late && lent(late, region));
    return loan && lent(loan, region);
  };
  return (request) => {
    if (request.type !== "getTasks") return [undefined];
    const { tasks, regions } = request;
    const items = tasks.map((task, i) => item(task, regions?.[i] ?? null));
    return items.every(isThere) ? items : Promise.all(items);
  };
}

function isThere(item: Found | Promise<Found>): item is Found {
  return !(item instanceof Promise);
}
