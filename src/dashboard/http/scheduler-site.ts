// The page of a scheduler: its API with the stream of changes, pages of saved runs, its metrics.
import type { IncomingMessage, ServerResponse } from "node:http";
import { ENDPOINTS } from "../views/api.js";
import type { Metrics } from "../views/collected-metrics.js";
import { jobRun, savedRun } from "../views/job-run.js";
import { Frames } from "../views/page-frames.js";
import type { WatchedScheduler } from "../views/watched-scheduler.js";
import { API, answerApi } from "./api-server.js";
import type { Site } from "./page-server.js";
import { PageStreams } from "./page-streams.js";
import { sendJson, sendText } from "./responses.js";
import { savedPage } from "./static-page.js";
import { acceptWebSocket, type UpgradeRequest } from "./websockets.js";

/** Spans of a page that is saved. */
const SAVED_SPANS_MAX = 50_000;
/** Where pages open the stream of changes. */
const STREAM = `${API}/stream`;

/** The site of one scheduler. */
export class SchedulerSite implements Site {
  readonly subject = "scheduler";
  readonly #scheduler: WatchedScheduler;
  readonly #token: string | undefined;
  readonly #streams: PageStreams;

  /** @param token requests with it may change the cluster */
  constructor(scheduler: WatchedScheduler, token: string | undefined) {
    this.#scheduler = scheduler;
    this.#token = token;
    this.#streams = new PageStreams(new Frames(scheduler.state));
  }

  async answerApi(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (url.pathname === STREAM) {
      const error = "changes of the page come over a WebSocket: open one at this address";
      sendJson(response, 426, { error });
      return;
    }
    const [subject, token] = [this.#scheduler, this.#token];
    await answerApi({ subject, endpoints: ENDPOINTS, token }, request, response, url);
  }

  /** The stream of changes. */
  answerUpgrade(upgrade: UpgradeRequest, { pathname }: URL): Promise<void> | undefined {
    return pathname === STREAM ? this.#openStream(upgrade) : undefined;
  }

  async #openStream(upgrade: UpgradeRequest): Promise<void> {
    const socket = await acceptWebSocket(upgrade);
    if (socket !== undefined) this.#streams.open(socket);
  }

  /** The page of all that was observed, or of one job, as a file of its own. */
  answerOther(response: ServerResponse, url: URL): Promise<void> | undefined {
    return url.pathname === "/run.html" ? this.#sendPage(response, url) : undefined;
  }

  async #sendPage(response: ServerResponse, { searchParams }: URL): Promise<void> {
    const job = searchParams.get("job");
    const whole = await savedRun(this.#scheduler, SAVED_SPANS_MAX);
    const run = job === null ? whole : jobRun(whole, job);
    if (run === undefined) sendJson(response, 404, { error: `there is no job ${job}` });
    else {
      // Links say what the file is called.
      response.setHeader("Content-Disposition", "attachment");
      sendText(response, "text/html; charset=utf-8", savedPage(run));
    }
  }

  readiness() {
    const { stopped, workers } = this.#scheduler.state;
    const status = stopped ? "stopped" : "ready";
    return { isReady: !stopped, answer: { status, workers: workers.size } };
  }

  async makeMetrics(): Promise<Metrics> {
    const { schedulerMetrics } = await import("../views/metrics.js");
    return schedulerMetrics(this.#scheduler, () => this.#streams.count);
  }

  close(): void {
    this.#streams.close();
  }
}
