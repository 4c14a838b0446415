// OpenTelemetry's API package: loaded when it is asked for, or when the program has registered an
// SDK with it. The span that is active goes with layers to threads as W3C's header `traceparent`,
// and users' functions run within it there, if their thread has an SDK, too.
import { createRequire } from "node:module";
import { ArgumentError } from "../base/errors.js";
import type { Layer } from "../graph/model/layer.js";

export type Api = typeof import("@opentelemetry/api");

const PACKAGE = "@opentelemetry/api";
/** Where version 1 of the API keeps what is registered, for all copies of itself. */
const REGISTERED = Symbol.for("opentelemetry.js.api.1");
const HEADER = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

let registered: Api | undefined;

/**
 * The package.
 *
 * @throws ArgumentError `argument.value` when it is not installed
 */
export async function loadOpenTelemetry(): Promise<Api> {
  try {
    return await import("@opentelemetry/api");
  } catch (error) {
    if (!/MODULE_NOT_FOUND$/.test((error as NodeJS.ErrnoException).code ?? "")) throw error;
    throw new ArgumentError(
      "value",
      `openTelemetry needs a package that is not installed: run \`npm install ${PACKAGE}\`, and an SDK, such as @opentelemetry/sdk-node`,
      { packages: [PACKAGE] },
    );
  }
}

/** The package where something is registered with it; undefined elsewhere. */
function registeredApi(): Api | undefined {
  if ((globalThis as { [REGISTERED]?: object })[REGISTERED] === undefined) return undefined;
  try {
    registered ??= createRequire(import.meta.url)(PACKAGE) as Api;
  } catch {
    // The program has a copy that cannot be found from here.
  }
  return registered;
}

/** The header of the span that is active; undefined if none is. */
export function activeTraceparent(): string | undefined {
  const api = registeredApi();
  const span = api?.trace.getSpanContext(api.context.active());
  if (api === undefined || span === undefined || !api.isSpanContextValid(span)) return undefined;
  return `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, "0")}`;
}

/** Layers whose users' functions run within that span. */
export function tracedLayers<L extends Layer>(
  layers: readonly L[],
  traceparent: string | undefined,
): readonly L[] {
  return traceparent === undefined ? layers : layers.map((layer) => ({ ...layer, traceparent }));
}

/** Calls a function within the span of a header, where there is an SDK. */
export function withinTrace<T>(traceparent: string, run: () => T): T {
  const [, traceId, spanId, flags] = HEADER.exec(traceparent) ?? [];
  const api = registeredApi();
  if (api === undefined || traceId === undefined || spanId === undefined) return run();
  const span = { traceId, spanId, traceFlags: Number.parseInt(flags ?? "0", 16), isRemote: true };
  return api.context.with(api.trace.setSpanContext(api.ROOT_CONTEXT, span), run);
}
