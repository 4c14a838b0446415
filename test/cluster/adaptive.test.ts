import { describe, expect, it } from "vitest";
import { type AdaptOptions, type Scalable, Scaling } from "../../src/cluster/adaptive.js";

describe("Scaling", () => {
  const scaling = new Scaling({ names: [] } as unknown as Scalable);

  it.each<[string, Partial<AdaptOptions>]>([
    ["minimum", {}],
    ["maximum", { minimum: 0, maximum: 0 }],
    ["maximum", { minimum: 3, maximum: 1 }],
    ["intervalMs", { minimum: 1, maximum: 2, intervalMs: 0 }],
    ["intervalMs", { minimum: 1, maximum: 2, intervalMs: Number.POSITIVE_INFINITY }],
    ["targetDurationMs", { minimum: 1, maximum: 2, targetDurationMs: -1 }],
  ])("refuses a %s that makes no sense: %j", (name, options) => {
    expect(() => scaling.adapt(options as AdaptOptions)).toThrow(
      expect.objectContaining({
        code: "argument.value",
        message: expect.stringMatching(new RegExp(`^${name} is `)),
      }),
    );
  });

  it("refuses options that there are not, and none", () => {
    const refusal = (options: unknown) => expect(() => scaling.adapt(options as AdaptOptions));
    refusal({ minimum: 1, maximum: 2, target: 5 }).toThrow("no option target of adapt()");
    refusal(undefined).toThrow("adapt() takes options in an object, got undefined");
  });

  it("retires its own workers alone, idle ones where others could be spared", async () => {
    const retired: string[][] = [];
    const worker = (name: string, processing: number) => ({ name, processing, managedBytes: 0 });
    const workers = [worker("other", 0), worker("busy", 1), worker("idle", 0)];
    const client = {
      adviseScale: async () => ({ workers: 1, retire: ["other"] }),
      describe: async () => ({ workers }),
      retireWorkers: async (names: string[]) => {
        retired.push(names);
        return { retired: names, stayed: [] };
      },
    };
    const cluster = { client, names: ["busy", "idle"], end: async () => own.stop() };
    const own = new Scaling(cluster as unknown as Scalable);
    own.adapt({ minimum: 1, maximum: 2, intervalMs: 60_000 });
    await expect.poll(() => retired).toEqual([["idle"]]);
  });

  it("refuses a number of workers that makes no sense", async () => {
    await expect(scaling.scale(1.5)).rejects.toMatchObject({ code: "argument.value" });
  });
});
