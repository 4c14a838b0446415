// The page of a worker: its API and its metrics.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Metrics } from "../views/collected-metrics.js";
import type { WatchedWorker } from "../views/watched-worker.js";
import { WORKER_ENDPOINTS } from "../views/worker-api.js";
import { answerApi } from "./api-server.js";
import type { Site } from "./page-server.js";

/** The site of one worker. */
export class WorkerSite implements Site {
  readonly subject = "worker";
  readonly #worker: WatchedWorker;

  constructor(worker: WatchedWorker) {
    this.#worker = worker;
  }

  async answerApi(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const api = { subject: this.#worker, endpoints: WORKER_ENDPOINTS };
    await answerApi(api, request, response, url);
  }

  /** Ready is a worker that its scheduler knows. */
  readiness() {
    const { phase } = this.#worker.state;
    const isReady = phase === "running";
    return { isReady, answer: { status: isReady ? "ready" : phase } };
  }

  async makeMetrics(): Promise<Metrics> {
    const { workerMetrics } = await import("../views/worker-metrics.js");
    return workerMetrics(this.#worker);
  }
}
