// What the servers of a scheduler's and a worker's page have in common: the page and its files,
// metrics, health, and who may ask. They read state and never change it but by requests with a
// token.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { reasonOf } from "../../base/reason.js";
import type { Metrics } from "../views/collected-metrics.js";
import { API } from "./api-server.js";
import { sendJson, sendText } from "./responses.js";
import { livePage, PAGE_FILES, type PageSubject, pageFile } from "./static-page.js";
import { isForeign, refuseUpgrade, type UpgradeRequest } from "./websockets.js";

/** Names of this machine that no other machine reaches, as addresses and browsers write them. */
const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "::1", "[::1]"]);

const ONLY_LOCAL = "this dashboard is for this machine alone: open it as localhost or 127.0.0.1";
const ONLY_OWN = "a page of another site may not watch this dashboard";

/** What is particular to a page. */
export interface Site {
  readonly subject: PageSubject;
  /** Answers requests to `/api/v1`. */
  answerApi(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>;
  /** Answers further paths; undefined if there is none of that name. */
  answerOther?(response: ServerResponse, url: URL): Promise<void> | undefined;
  /** Makes a WebSocket of a request to a path; undefined if there is none of that name. */
  answerUpgrade?(upgrade: UpgradeRequest, url: URL): Promise<void> | undefined;
  readiness(): { readonly isReady: boolean; readonly answer: object };
  /** Made with the first request for metrics, for which prom-client is loaded. */
  makeMetrics(): Promise<Metrics>;
  close?(): void;
}

/**
 * How long an idle connection stays. What asks through it at the moment of its end gets no answer:
 * Prometheus, proxies and pages ask more often.
 */
const KEEP_ALIVE_MS = 120_000;

/** Serves one page. */
export class PageServer {
  readonly #site: Site;
  readonly #server: Server;
  /** Connections that the server does not end itself. */
  readonly #upgraded = new Set<Duplex>();
  #metrics: Promise<Metrics> | undefined;
  #host = "";

  constructor(site: Site) {
    this.#site = site;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        const message = reasonOf(error);
        if (response.headersSent) response.destroy();
        else sendJson(response, 500, { error: message });
      });
    });
    this.#server.on("upgrade", (request, socket, head) => {
      this.#upgraded.add(socket);
      socket.once("close", () => this.#upgraded.delete(socket));
      // A connection that breaks is closed, too.
      socket.on("error", () => socket.destroy());
      this.#answerUpgrade({ request, socket, head }).catch(() => socket.destroy());
    });
    this.#server.keepAliveTimeout = KEEP_ALIVE_MS;
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
    this.#site.close?.();
    (await this.#metrics)?.close();
    this.#server.closeAllConnections();
    for (const socket of this.#upgraded) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://dashboard");
    const { pathname } = url;
    if (!this.#isAskedByName(request)) sendJson(response, 403, { error: ONLY_LOCAL });
    else if (pathname.startsWith(`${API}/`)) await this.#site.answerApi(request, response, url);
    else if (request.method !== "GET" && request.method !== "HEAD") {
      sendJson(response, 405, { error: `${request.method} is not understood here: use GET` });
    } else if (pathname === "/") {
      sendText(response, "text/html; charset=utf-8", livePage(this.#site.subject));
    } else if (pathname in PAGE_FILES) {
      const path = pathname as keyof typeof PAGE_FILES;
      sendText(response, PAGE_FILES[path], pageFile(path));
    } else if (pathname === "/health") sendJson(response, 200, { status: "ok" });
    else if (pathname === "/ready") {
      const { isReady, answer } = this.#site.readiness();
      sendJson(response, isReady ? 200 : 503, answer);
    } else if (pathname === "/metrics") {
      this.#metrics ??= this.#site.makeMetrics();
      const metrics = await this.#metrics;
      sendText(response, metrics.contentType, await metrics.text());
    } else {
      const answered = this.#site.answerOther?.(response, url);
      if (answered === undefined)
        sendJson(response, 404, { error: `there is no ${pathname} here` });
      else await answered;
    }
  }

  async #answerUpgrade(upgrade: UpgradeRequest): Promise<void> {
    const { request } = upgrade;
    const url = new URL(request.url ?? "/", "http://dashboard");
    if (!this.#isAskedByName(request)) refuseUpgrade(upgrade, 403, ONLY_LOCAL);
    else if (isForeign(request)) refuseUpgrade(upgrade, 403, ONLY_OWN);
    else {
      const answered = this.#site.answerUpgrade?.(upgrade, url);
      if (answered === undefined) refuseUpgrade(upgrade, 404, `there is no ${url.pathname} here`);
      else await answered;
    }
  }

  /** A page of another site may point a name of its own at this machine, and read the answers. */
  #isAskedByName({ headers }: IncomingMessage): boolean {
    if (!LOOPBACK.has(this.#host)) return true;
    return LOOPBACK.has((headers.host ?? "").replace(/:\d+$/, ""));
  }
}
