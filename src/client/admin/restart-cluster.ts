// Waits until a restarted cluster has its workers again.
import { ClusterError } from "../../base/errors.js";
import { checkOptions, MILLISECONDS } from "../../base/option-schema.js";
import type { Connection } from "../session/connection.js";

/** Options of {@link Client.restart}. */
export interface RestartOptions {
  /** How long to wait until as many workers are back; default: 30,000. */
  readonly timeoutMs?: number;
}

/** How often it is looked how many workers are back. */
const LOOK_INTERVAL_MS = 50;

/**
 * Restarts it and waits until as many workers are there as before.
 *
 * @param submitted settles when earlier submissions are sent: they must not run afterwards
 */
export async function restartCluster(
  submitted: Promise<void> | undefined,
  connection: Connection,
  options: RestartOptions,
): Promise<void> {
  checkOptions("restart()", options, { timeoutMs: MILLISECONDS });
  const { timeoutMs = 30_000 } = options;
  await submitted;
  const session = await connection.session();
  const untilMs = performance.now() + timeoutMs;
  const { workers: before } = await session.ask("restartCluster", {});
  for (;;) {
    const { workers } = await session.ask("describeCluster", {});
    if (workers.length >= before) return;
    if (performance.now() > untilMs) {
      const text = `of ${before} workers ${workers.length} came back within ${timeoutMs} ms of the restart`;
      throw new ClusterError("timeout", text, { before, workers: workers.length });
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL_MS));
  }
}
