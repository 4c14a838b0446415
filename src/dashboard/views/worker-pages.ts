// Where workers' own pages are: each is asked, and opens its page if it has not yet.
import type { ScrapeTarget, WorkerPage } from "../../protocol/values/listed-rows.js";
import { askWorker } from "./asked-workers.js";
import type { WatchedScheduler } from "./watched-scheduler.js";

/** The page of one worker. */
export async function workerPage(scheduler: WatchedScheduler, worker: string): Promise<WorkerPage> {
  const link = await askWorker(scheduler, "page", worker);
  return { worker, link: typeof link === "string" ? link : null };
}

/** The pages of all workers that have one, as `http_sd_configs` of Prometheus wants them. */
export async function scrapeTargets(scheduler: WatchedScheduler): Promise<ScrapeTarget[]> {
  const names = Array.from(scheduler.state.workers.values(), ({ name }) => name);
  const pages = await Promise.all(names.map((name) => workerPage(scheduler, name)));
  return pages.flatMap(({ worker, link }) =>
    link === null ? [] : [{ targets: [new URL(link).host], labels: { worker } }],
  );
}
