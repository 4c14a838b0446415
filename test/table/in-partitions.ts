// Tables whose partitions are tasks of their own, as on a cluster.
import { afterAll, beforeAll } from "vitest";
import { config } from "../../src/index.js";

/** All tests of the file compute tables by partitions. */
export function inPartitions(): void {
  beforeAll(() => config.set({ "table.oneStatement": false }));
  afterAll(() => config.set({ "table.oneStatement": undefined }));
}
