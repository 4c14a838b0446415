// Jobs whose results come straight from their workers while the scheduler's report is under way. A
// question that overtook that report would get an answer from before the result.
import type { GraphId } from "../../protocol/values/ids.js";
import { type Deferred, deferred } from "./deferred.js";

/** The results of one session that the scheduler may not know of. */
export class AheadResults {
  /** Jobs without a report; a promise of it for those whose results are here. */
  readonly #jobs = new Map<GraphId, Deferred<void> | undefined>();

  /** The result of this job may come from its worker. */
  follow(graph: GraphId): void {
    this.#jobs.set(graph, undefined);
  }

  /** It has come; nothing when the report was faster. */
  came(graph: GraphId): void {
    if (this.#jobs.has(graph)) this.#jobs.set(graph, this.#jobs.get(graph) ?? deferred());
  }

  /** The scheduler knows the result, or the job is no longer wanted. */
  reported(graph: GraphId): void {
    this.#jobs.get(graph)?.resolve();
    this.#jobs.delete(graph);
  }

  /** No report may come: a worker is lost with those that it had not sent. */
  reportedAll(): void {
    for (const graph of [...this.#jobs.keys()]) this.reported(graph);
  }

  /** The reports of the results that are here; undefined if the scheduler knows all. */
  get reports(): Promise<unknown> | undefined {
    const reports = [...this.#jobs.values()].flatMap((report) => report?.promise ?? []);
    return reports.length === 0 ? undefined : Promise.all(reports);
  }
}
