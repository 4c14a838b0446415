// Names of workers that a cluster does not have, as commands report them.

/** Says on standard error which names are unknown, and which workers there are. */
export function reportUnknown(unknown: readonly string[], all: readonly string[]): void {
  const known =
    all.length === 0 ? "the cluster has no workers" : `the cluster has ${all.join(", ")}`;
  process.stderr.write(`tilework: no worker is called ${unknown.join(" or ")}: ${known}\n`);
}
