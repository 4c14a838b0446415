// The HTTP server of a scheduler: the page, its stream, the API, metrics, health. It reads the
// scheduler's state and never changes it but by requests with a token.
import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isTileworkError } from "../../base/errors.js";
import { observationOf } from "../../scheduler/inspect/observe-run.js";
import { ENDPOINTS, type Endpoint } from "../views/api.js";
import { jobRun } from "../views/job-run.js";
import type { Metrics } from "../views/metrics.js";
import { Frames } from "../views/page-frames.js";
import type { WatchedScheduler } from "../views/watched-scheduler.js";
import { EventStreams } from "./event-streams.js";
import {
  CONTENT_SECURITY_POLICY,
  livePage,
  PAGE_FILES,
  pageFile,
  savedPage,
} from "./static-page.js";

/** Bytes of a request's body. */
const BODY_BYTES_MAX = 65_536;

/** Spans of a page that is saved. */
const SAVED_SPANS_MAX = 50_000;

/** Names of this machine that no other machine reaches, as addresses and browsers write them. */
const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "::1", "[::1]"]);

/** Options of {@link DashboardServer}. */
export interface DashboardOptions {
  readonly scheduler: WatchedScheduler;
  /** Requests with it may change the cluster; without one, such requests are refused. */
  readonly token?: string | undefined;
}

/** Serves the dashboard of one scheduler. */
export class DashboardServer {
  readonly #options: DashboardOptions;
  readonly #server: Server;
  readonly #streams: EventStreams;
  #metrics: Promise<Metrics> | undefined;
  #host = "";

  constructor(options: DashboardOptions) {
    this.#options = options;
    this.#streams = new EventStreams(new Frames(options.scheduler.state));
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        if (response.headersSent) response.destroy();
        else sendJson(response, 500, { error: message });
      });
    });
    // A page that is open keeps no process alive.
    this.#server.unref();
  }

  /** Listens; rejects as Node's servers do if the address is not available. */
  listen(host: string, port: number): Promise<number> {
    this.#host = host;
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, () => {
        this.#server.off("error", reject);
        const address = this.#server.address();
        resolve(typeof address === "object" && address !== null ? address.port : port);
      });
    });
  }

  async close(): Promise<void> {
    this.#streams.close();
    (await this.#metrics)?.close();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://dashboard");
    const { pathname } = url;
    if (!this.#isAskedByName(request)) {
      const error = "this dashboard is for this machine alone: open it as localhost or 127.0.0.1";
      sendJson(response, 403, { error });
    } else if (pathname.startsWith("/api/v1/")) await this.#answerApi(request, response, url);
    else if (request.method !== "GET" && request.method !== "HEAD") {
      sendJson(response, 405, { error: `${request.method} is not understood here: use GET` });
    } else if (pathname === "/") sendText(response, "text/html; charset=utf-8", livePage());
    else if (pathname in PAGE_FILES) {
      const path = pathname as keyof typeof PAGE_FILES;
      sendText(response, PAGE_FILES[path], pageFile(path));
    } else if (pathname === "/run.html") this.#answerSaved(response, url.searchParams.get("job"));
    else if (pathname === "/health") sendJson(response, 200, { status: "ok" });
    else if (pathname === "/ready") this.#answerReady(response);
    else if (pathname === "/metrics") {
      this.#metrics ??= this.#makeMetrics();
      const metrics = await this.#metrics;
      sendText(response, metrics.contentType, await metrics.text());
    } else sendJson(response, 404, { error: `there is no ${pathname} here` });
  }

  /** A page of another site may point a name of its own at this machine, and read the answers. */
  #isAskedByName({ headers }: IncomingMessage): boolean {
    if (!LOOPBACK.has(this.#host)) return true;
    return LOOPBACK.has((headers.host ?? "").replace(/:\d+$/, ""));
  }

  /** The page of all that was observed, or of one job, as a file of its own. */
  #answerSaved(response: ServerResponse, job: string | null): void {
    const whole = observationOf(this.#options.scheduler.state, { spansMax: SAVED_SPANS_MAX });
    const run = job === null ? whole : jobRun(whole, job);
    if (run === undefined) sendJson(response, 404, { error: `there is no job ${job}` });
    else {
      // Links say what the file is called.
      response.setHeader("Content-Disposition", "attachment");
      sendText(response, "text/html; charset=utf-8", savedPage(run));
    }
  }

  #answerReady(response: ServerResponse): void {
    const { state } = this.#options.scheduler;
    const workers = state.workers.size;
    if (state.stopped) sendJson(response, 503, { status: "stopped", workers });
    else sendJson(response, 200, { status: "ready", workers });
  }

  /** prom-client is loaded with the first request. */
  async #makeMetrics(): Promise<Metrics> {
    const { schedulerMetrics } = await import("../views/metrics.js");
    return schedulerMetrics(this.#options.scheduler, () => this.#streams.count);
  }

  async #answerApi(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const path = url.pathname.slice("/api/v1".length);
    if (path === "/stream") {
      if (this.#streams.open(response)) return;
      sendJson(response, 503, { error: "too many pages are open: close one" });
      return;
    }
    if (path === "/") {
      sendJson(response, 200, describeApi());
      return;
    }
    const endpoint = Object.hasOwn(ENDPOINTS, path) ? ENDPOINTS[path] : undefined;
    if (endpoint === undefined) {
      sendJson(response, 404, { error: `there is no ${url.pathname}: /api/v1/ lists all paths` });
      return;
    }
    const refusal = this.#refusal(request, endpoint);
    if (refusal !== undefined) {
      sendJson(response, refusal.status, { error: refusal.error });
      return;
    }
    await this.#run(endpoint, request, response, url);
  }

  async #run(
    endpoint: Endpoint,
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
  ): Promise<void> {
    try {
      const body = endpoint.method === "POST" ? await readBody(request) : undefined;
      const query = url.searchParams;
      sendJson(response, 200, await endpoint.run(this.#options.scheduler, { query, body }));
    } catch (error) {
      const isMistake = error instanceof SyntaxError || isTileworkError(error, "argument.value");
      if (!isMistake) throw error;
      sendJson(response, 400, { error: error.message });
    }
  }

  /** Why a request is not let in. A page of another site may not send one, even with a token. */
  #refusal(
    request: IncomingMessage,
    { method }: Endpoint,
  ): { readonly status: number; readonly error: string } | undefined {
    if (request.method !== method) {
      return { status: 405, error: `${request.method} is not understood here: use ${method}` };
    }
    if (method === "GET") return undefined;
    const { token } = this.#options;
    if (token === undefined) {
      const error =
        "this dashboard only shows: set TILEWORK_DASHBOARD_TOKEN where the scheduler starts";
      return { status: 403, error };
    }
    const given = request.headers.authorization ?? "";
    if (isEqual(given, `Bearer ${token}`)) return undefined;
    return { status: 401, error: "expected the header `Authorization: Bearer TOKEN`" };
  }
}

/** In a time that does not depend on how much of it is right. */
function isEqual(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** The paths with what they answer, for people and programs. */
function describeApi() {
  return Object.entries(ENDPOINTS).map(([path, { method, about, answer, query, body }]) => ({
    path: `/api/v1${path}`,
    ...{ method, about, answer },
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
  }));
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.byteLength;
    if (bytes > BODY_BYTES_MAX)
      throw new SyntaxError(`a body of more than ${BODY_BYTES_MAX} bytes`);
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString("utf8");
  return text === "" ? undefined : JSON.parse(text);
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, "application/json; charset=utf-8", JSON.stringify(value));
}

function sendText(response: ServerResponse, type: string, text: string): void {
  send(response, 200, type, text);
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, {
    "Content-Type": type,
    "Cache-Control": "no-store",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
  });
  response.end(text);
}
