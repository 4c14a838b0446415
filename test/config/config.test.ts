// Where values of the configuration come from, and what is said of wrong ones.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { config, forgetConfig } from "../../src/config/config.js";
import { configFiles, writeConfigFile } from "../../src/config/config-files.js";
import { CONFIG_KEYS, environmentName } from "../../src/config/config-keys.js";
import { CONFIG_NAMES, describeKey, environmentLayer } from "../../src/config/config-layers.js";
import { ones } from "../../src/index.js";
import { SCHEDULER_DEFAULTS } from "../../src/scheduler/state/options.js";
import { WORKER_DEFAULTS } from "../../src/worker/state/options.js";

let folder: string;
let project: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tw-config-"));
  project = join(folder, "project.json");
  vi.stubEnv("XDG_CONFIG_HOME", folder);
  vi.stubEnv("TILEWORK_CONFIG", project);
  forgetConfig();
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
  forgetConfig();
});

const userFile = () => {
  mkdirSync(join(folder, "tilework"), { recursive: true });
  return join(folder, "tilework", "config.json");
};

describe("the value of a key", () => {
  it("comes from code, the environment, the project, the user, the default: the first that has one", async () => {
    const value = () => config.get("worker.memoryTarget");
    expect(value()).toBe(0.6);
    writeFileSync(userFile(), '{ "worker": { "memoryTarget": 0.5 }, "log.level": "debug" }');
    forgetConfig();
    expect(value()).toBe(0.5);
    writeFileSync(project, '{ "worker.memoryTarget": 0.4 }');
    forgetConfig();
    expect(value()).toBe(0.4);
    expect(config.get("log.level")).toBe("debug");
    vi.stubEnv("TILEWORK_WORKER_MEMORY_TARGET", "0.3");
    forgetConfig();
    expect(value()).toBe(0.3);
    config.set({ "worker.memoryTarget": 0.2 });
    expect(config.with({ "worker.memoryTarget": false }, value)).toBe(false);
    expect(value()).toBe(0.2);
    config.set({ "worker.memoryTarget": undefined });
    expect(value()).toBe(0.3);
  });

  it("says where it comes from", () => {
    writeFileSync(project, '{ "worker": { "nthreads": 3 } }');
    vi.stubEnv("TILEWORK_CLIENT_TIMEOUT", "2 s");
    forgetConfig();
    const source = (key: string) => config.list().find((it) => it.key === key);
    expect(source("worker.nthreads")).toMatchObject({
      value: 3,
      source: `project file ${project}`,
    });
    expect(source("client.timeout")).toMatchObject({ value: 2_000, source: "environment" });
    expect(source("scheduler.host")).toMatchObject({ source: "default" });
    expect(config.find("firewall")).toEqual([]);
    expect(config.find("lost").map(({ key }) => key)).toContain("scheduler.workerTimeout");
  });

  it("holds in what a function of with() awaits, and not beside it", async () => {
    const seen = config.with({ "array.chunkBytes": "8MiB" }, async () => {
      await Promise.resolve();
      return ones([4_096, 4_096], { chunks: "auto" }).numblocks;
    });
    expect(config.get("array.chunkBytes")).toBe(2 ** 27);
    expect(await seen).toEqual([4, 4]);
  });

  it("is read in the units that people write", () => {
    config.with({ "scheduler.workerTimeout": "2 min", "array.chunkBytes": "64MiB" }, () => {
      expect(config.get("scheduler.workerTimeout")).toBe(120_000);
      expect(config.get("array.chunkBytes")).toBe(2 ** 26);
    });
    config.with({ "worker.resources": "GPU=2 MEM=1e9", "worker.tags": "big, near" }, () => {
      expect(config.get("worker.resources")).toEqual({ GPU: 2, MEM: 1e9 });
      expect(config.get("worker.tags")).toEqual(["big", "near"]);
    });
  });
});

describe("what is wrong", () => {
  it.each([
    [
      '{ "worker": { "nthread": 2 } }',
      /no configuration key worker.nthread in .*worker.nthreads\?/,
    ],
    ['{ "memoryLimit": "1GB" }', /did you mean \w+.memoryLimit\?/],
    ['{ "worker.nthreads": 0 }', /worker.nthreads is 0 in .*: expected a whole number from 1/],
    ['{ "scheduler.idleTimeout": "10" }', /expected a time with its unit/],
    ['{ "blas": "off" }', /only the environment can set it, as TILEWORK_BLAS/],
    ["[1]", /is no object/],
    ["{ nthreads: 1 }", /is not JSON/],
  ])("in a file: %s", (content, message) => {
    writeFileSync(project, content);
    forgetConfig();
    expect(() => config.get("worker.nthreads")).toThrow(message);
    expect(() => config.get("worker.nthreads")).toThrow(project);
  });

  it("in the environment: a value is refused, an unknown name is a warning with the nearest", () => {
    const bad = { TILEWORK_WORKER_NTHREADS: "many" };
    expect(() => environmentLayer(bad)).toThrow(/TILEWORK_WORKER_NTHREADS is "many"/);
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    vi.stubEnv("TILEWORK_WORKER_NTHREAD", "2");
    forgetConfig();
    config.get("worker.nthreads");
    expect(warn.mock.calls.flat().join()).toMatch(/did you mean TILEWORK_WORKER_NTHREADS\?/);
    warn.mockRestore();
  });

  it("in code", () => {
    // @ts-expect-error: no key
    expect(() => config.get("worker.threads")).toThrow(/did you mean/);
    expect(() => config.set({ "worker.memoryTarget": 60 })).toThrow(/up to 1/);
    expect(() => config.with({ "log.level": "loud" }, () => {})).toThrow(/debug or info/);
  });
});

describe("the files", () => {
  it("are changed key by key", () => {
    writeFileSync(project, '{ "worker": { "nthreads": 2, "nworkers": "auto" } }');
    const file = { scope: "project", path: project } as const;
    writeConfigFile(file, "worker.nthreads", "4");
    expect(JSON.parse(readFileSync(project, "utf8"))).toEqual({
      worker: { nworkers: "auto" },
      "worker.nthreads": "4",
    });
    expect(writeConfigFile(file, "worker.nthreads", undefined)).toBe(true);
    expect(writeConfigFile(file, "worker.nthreads", undefined)).toBe(false);
    forgetConfig();
    expect(config.get("worker.nthreads")).toBeUndefined();
    expect(config.get("worker.nworkers")).toBe("auto");
  });

  it("of a project are found in the folders above", () => {
    const inner = join(folder, "a", "b");
    mkdirSync(inner, { recursive: true });
    writeFileSync(join(folder, "a", "tilework.config.json"), "{}");
    expect(configFiles({}, inner)[2]?.path).toBe(join(folder, "a", "tilework.config.json"));
  });
});

describe("the keys", () => {
  it("have the defaults of those who use them", () => {
    const { "scheduler.jobTasksMax": tasksMax, "scheduler.workerTimeout": timeout } = CONFIG_KEYS;
    expect(tasksMax.initial).toBe(SCHEDULER_DEFAULTS.jobTasksMax);
    expect(timeout.initial).toBe(SCHEDULER_DEFAULTS.workerTimeoutMs);
    expect(CONFIG_KEYS["scheduler.clientTimeout"].initial).toBe(SCHEDULER_DEFAULTS.clientTimeoutMs);
    expect(CONFIG_KEYS["scheduler.ahead"].initial).toBe(SCHEDULER_DEFAULTS.aheadMs);
    expect(CONFIG_KEYS["worker.memoryPause"].initial).toBe(WORKER_DEFAULTS.memoryPause);
    for (const name of CONFIG_NAMES) {
      const { kind, initial, otherwise } = describeKey(name);
      expect(initial === undefined).toBe(otherwise !== undefined);
      if (initial !== undefined) expect(kind.read(kind.show(initial)), name).toEqual(initial);
    }
    expect(new Set(CONFIG_NAMES.map(environmentName)).size).toBe(CONFIG_NAMES.length);
    expect(environmentName("worker.memoryLimit")).toBe("TILEWORK_WORKER_MEMORY_LIMIT");
  });
});
