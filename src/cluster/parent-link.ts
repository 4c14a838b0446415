// The link between a child process of a local cluster and its parent. The child reports once that
// it is ready, and ends when the parent is gone for any reason. child-process.ts is the parent's
// end.

/** The message that a child sends to its parent once, when it is ready. */
export interface ChildReady {
  readonly type: "ready";
  /** Where the scheduler listens; empty for workers. */
  readonly address: string;
}

/** Reports to the parent, if there is one. */
export function reportReady(address = ""): void {
  const report: ChildReady = { type: "ready", address };
  process.send?.(report);
}

/** How long a child may take to end once its parent is gone. */
const END_MS_MAX = 5_000;

/**
 * Calls `end` as soon as the parent is gone, and ends the process when that takes too long. Ctrl-C
 * is the parent's affair then: a terminal sends it to the whole process group, and the parent ends
 * its children in order.
 */
export function endWithParent(end: () => void): void {
  process.on("SIGINT", () => {});
  const onParentGone = () => {
    setTimeout(() => process.exit(1), END_MS_MAX).unref();
    end();
  };
  if (!process.connected) {
    onParentGone();
    return;
  }
  process.on("disconnect", onParentGone);
  // The channel alone shall not keep a child alive that is done.
  process.channel?.unref();
}

/** Whether `message` is a child's report. */
export function isChildReady(message: unknown): message is ChildReady {
  return (
    typeof message === "object" &&
    message !== null &&
    (message as Partial<ChildReady>).type === "ready" &&
    typeof (message as Partial<ChildReady>).address === "string"
  );
}
