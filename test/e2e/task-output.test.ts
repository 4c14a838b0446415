// What functions write to the console on worker processes, at the client that submitted them.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Client, LocalCluster, ones, type TaskOutput } from "../../src/index.js";

let cluster: LocalCluster;
let client: Client;
let written: TaskOutput[] = [];

beforeAll(async () => {
  cluster = await LocalCluster.start({
    workers: 2,
    threadsPerWorker: 1,
    taskOutput: (line) => void written.push(line),
  });
  client = cluster.client;
});
beforeEach(() => {
  written = [];
});
afterAll(() => cluster.close());

class Speaker {
  constructor() {
    console.log("made");
  }

  async speak(text: string): Promise<void> {
    console.warn(text);
    await new Promise((resolve) => setTimeout(resolve, 1));
    console.log(`${text} again`);
  }
}

const textsWritten = () => written.map(({ text }) => text);

describe("output of actors", () => {
  it("comes to the client that had them made, with worker and key", async () => {
    using speaker = await client.actor(Speaker);
    await speaker.speak("hello");
    await expect.poll(textsWritten).toEqual(["made", "hello", "hello again"]);
    expect(written.map(({ level }) => level)).toEqual(["log", "warn", "log"]);
    const { worker, key } = written[0] as TaskOutput;
    expect(worker).toMatch(/^worker-\d$/);
    expect(key).toMatch(/^Speaker-[0-9a-f]{8}$/);
    expect(written.every((line) => line.worker === worker && line.key === key)).toBe(true);
  });

  it("is not missed by a client that closes at once, and heard by no other", async () => {
    const heard: string[] = [];
    const other = await Client.connect(cluster.address, {
      current: false,
      taskOutput: ({ text }) => void heard.push(text),
    });
    const speaker = await other.actor(Speaker);
    await speaker.speak("to the other");
    await other.close();
    expect(heard).toEqual(["made", "to the other", "to the other again"]);
    expect(written).toEqual([]);
  });
});

describe("output of tasks", () => {
  it("is there before what they return, with worker and key", async () => {
    const speak = client.submit((x: number) => {
      console.log("got %d", x);
      console.warn("careful");
      return x;
    }, 5);
    expect(await speak).toBe(5);
    expect(written).toEqual([
      { worker: expect.stringMatching(/^worker-/), key: speak.key, level: "log", text: "got 5" },
      { worker: written[0]?.worker, key: speak.key, level: "warn", text: "careful" },
    ]);
  });

  it("is there before what they throw, and from what they await", async () => {
    const late = client.submit(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      console.error("about to fail");
      throw new Error("failed");
    });
    await expect(late).rejects.toThrow("failed");
    expect(written).toMatchObject([{ key: late.key, level: "error", text: "about to fail" }]);
  });

  it("comes from blocks of arrays", async () => {
    const doubled = ones([4], { chunks: 2 }).mapBlocks((block) => {
      console.log(`block of ${block.size}`);
      return block;
    });
    await doubled.compute();
    expect(written.map(({ text }) => text)).toEqual(["block of 2", "block of 2"]);
    expect(new Set(written.map(({ key }) => key)).size).toBe(2);
  });

  it("is heard by the client that submitted it, and by no other", async () => {
    const heard: string[] = [];
    const other = await Client.connect(cluster.address, {
      current: false,
      taskOutput: ({ text }) => void heard.push(text),
    });
    await other.submit(() => console.log("for the other"));
    await other.close();
    expect(heard).toEqual(["for the other"]);
    expect(written).toEqual([]);
  });

  it("is bounded where a function writes without end", async () => {
    const startMs = performance.now();
    const endless = client.submit(() => {
      for (;;) console.log("again and again");
    });
    const ended = expect(endless).rejects.toThrow("cancelled");
    const others = client.map((x: number) => x + 1, [1, 2, 3]);
    expect(await client.gather(others)).toEqual([2, 3, 4]);
    const notices = () => written.filter(({ text }) => text.includes("left out"));
    await expect.poll(() => notices().length).toBeGreaterThan(0);
    endless.cancel();
    await ended;
    expect(written.filter(({ text }) => text === "again and again").length).toBe(1_000);
    // One notice a second.
    expect(notices().length).toBeLessThanOrEqual((performance.now() - startMs) / 1_000);
    expect(notices()[0]?.text).toMatch(/^\([\d,]+ lines were left out/);
  });
});

it("is written to the client's console by itself", () => {
  const program = `
    import { LocalCluster, ones } from ${JSON.stringify(new URL("../../dist/bundle/main/index.js", import.meta.url))};
    await ones([2], { chunks: 2 }).mapBlocks((x) => (console.log("a thread of\\nthis process"), x)).compute();
    const cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
    await cluster.client.with({ name: "speak" }).submit(() => console.error("a worker"));
    await cluster.close();
    const quiet = await LocalCluster.start({ workers: 1, threadsPerWorker: 1, taskOutput: false });
    await quiet.client.submit(() => console.log("unheard"));
    await quiet.close();
  `;
  const options = { encoding: "utf8", cwd: fileURLToPath(new URL(".", import.meta.url)) } as const;
  const output = execFileSync(
    process.execPath,
    ["--input-type=module", "-e", `console.error = console.log;${program}`],
    options,
  );
  const key = "[\\w-]+\\(0\\)";
  expect(output).toMatch(
    new RegExp(
      `^\\[threads · (${key})\\] a thread of\\n\\[threads · \\1\\] this process\\n\\[worker-0 · (speak-${key.slice(0)})\\] a worker\\n$`,
    ),
  );
});
