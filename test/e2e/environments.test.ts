// What programs bring: packages of npm, files and variables. The package is a local one, so that no
// network is needed.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Client, LocalCluster } from "../../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "tw-environment-"));
let cluster: LocalCluster;
let client: Client;

/** A package that exports an answer; a new one has a path of its own. */
function makePackage(version: string, answer: number): string {
  const path = join(folder, `package-${version}`);
  mkdirSync(path);
  const about = { name: "tw-brought", version, type: "module", exports: "./index.js" };
  writeFileSync(join(path, "package.json"), JSON.stringify(about));
  writeFileSync(join(path, "index.js"), `export const answer = ${answer};\n`);
  return `file:${path}`;
}

beforeAll(async () => {
  cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1 });
  client = cluster.client;
});

afterAll(async () => {
  await cluster.close();
  rmSync(folder, { recursive: true });
});

/** Node's own import, which test runners leave alone. */
const answer = new Function(
  'return async () => (await import("tw-brought")).answer',
)() as () => Promise<number>;

test("functions find packages that only their program brings, in the version that it says", async () => {
  await client.runtimeEnvironment({ packages: { "tw-brought": makePackage("1.0.0", 41) } });
  expect(await client.run(answer)).toEqual({ "worker-0": 41, "worker-1": 41 });
  await client.runtimeEnvironment({ packages: { "tw-brought": makePackage("2.0.0", 42) } });
  expect(await client.run(answer)).toEqual({ "worker-0": 42, "worker-1": 42 });
  const missing = { "tw-brought": `file:${join(folder, "none.tgz")}` };
  await client.runtimeEnvironment({ packages: missing });
  const failed = client.submit(answer);
  await expect(failed).rejects.toThrow("npm could not install tw-brought@file:");
  await client.runtimeEnvironment({ packages: {} });
});

test("variables hold on all workers while the client is open", async () => {
  const other = await Client.connect(cluster.address, { current: false });
  const mode = () => process.env.TW_MODE;
  await other.runtimeEnvironment({ variables: { TW_MODE: "fast" } });
  expect(await other.run(mode)).toEqual({ "worker-0": "fast", "worker-1": "fast" });
  await other.runtimeEnvironment({ variables: { TW_MODE: "slow" } });
  expect(await client.submit(mode)).toBe("slow");
  await other.close();
  await expect
    .poll(async () => Object.values(await client.run(mode)))
    .toEqual([undefined, undefined]);
});

test("what cannot be brought is refused at once", async () => {
  const refused = [
    [{ folder: join(folder, "none") }, "there is no folder"],
    [{ files: [join(folder, "none.mjs")] }, "there is no file"],
    [{ packages: { "d3-array": 3 } }, "expected an object of versions by name"],
    [{ variables: { A: 1 } }, "expected an object of texts by name"],
    [{ package: {} }, "package"],
  ] as const;
  for (const [environment, said] of refused) {
    await expect(client.runtimeEnvironment(environment as never)).rejects.toThrow(said);
  }
});
