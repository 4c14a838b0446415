// What a cluster leaves for later, as a user looks at it: a dump that tells how things stood, and a
// recording that is run again.
import { join } from "node:path";
import { expect, it } from "vitest";
import { LocalCluster, random } from "../../src/index.js";
import { Command, freshDirectory } from "./command.js";

const replay = async (...parameters: string[]) => {
  const { code, output } = await new Command(["replay", ...parameters]).ended;
  return { code, output };
};

it("a dump and a recording of a local cluster tell offline what happened", async () => {
  const directory = freshDirectory();
  const [record, file] = [join(directory, "events.bin"), join(directory, "state.json")];
  const cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1, record });
  try {
    const x = await random([100, 100], { chunks: 50, seed: 1 }).persist();
    await cluster.client.dump({ file });
    expect(await x.max().compute()).toBeGreaterThan(0);
  } finally {
    await cluster.close();
  }
  const dump = await replay(file, "--story", "worker-0", "--story", "someone");
  expect(dump.code).toBe(0);
  expect(dump.output).toMatch(/^4 tasks: 4 memory\n1 worker\n {2}worker-0: 1 thread, 0 processing/);
  expect(dump.output).toMatch(/random-\w{7}\(1, 1\) processing → memory {2}\[tasksFinished\]/);
  expect(dump.output).toMatch(/someone:\nno task or worker/);
  const recording = await replay(record, "--story", "worker-0");
  expect(recording.code).toBe(0);
  expect(recording.output).toMatch(/^(\d+) events of \1\n/);
  expect(recording.output).toMatch(/max-\w{7}\(\) processing → memory/);
});
