// Everything that computes graphs, against the one contract.
import { describe } from "vitest";
import { InProcessExecutor } from "../../src/cluster/in-process.js";
import { LocalCluster } from "../../src/cluster/local-cluster.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";
import { describeExecutor } from "./executor.contract.js";

describeExecutor(
  "serial",
  async () => ({ executor: new SerialExecutor(), close: async () => undefined }),
  { cancelsMidway: false },
);

describeExecutor(
  "threads of this process",
  async () => {
    const executor = new InProcessExecutor({ threads: 2 });
    return { executor, close: () => executor.close() };
  },
  { cancelsMidway: true },
);

describe.each(["ipc", "tcp"] as const)("over %s", (transport) => {
  describeExecutor(
    "a local cluster over ZeroMQ",
    async () => {
      const cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1, transport });
      return { executor: cluster.client, close: () => cluster.close() };
    },
    { cancelsMidway: true },
  );
});
