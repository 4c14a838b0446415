// The dashboard's page in a real browser, Debian's chromium, beside a real cluster: a job from its
// start to its end, a worker that is killed, users' text that looks like HTML, and very many
// layers.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InProcessExecutor } from "../../src/cluster/in-process.js";
import { savedPage } from "../../src/dashboard/http/static-page.js";
import { closeExecutor, openExecutor } from "../../src/graph/ports/executor.js";
import { Client, compute, LocalCluster, ones, random, report, zeros } from "../../src/index.js";
import { namedSpans } from "../../src/protocol/values/named-spans.js";
import type { Observation } from "../../src/protocol/values/observation.js";

const executablePath = "/usr/bin/chromium";
/**
 * The pictures of docs/how-to/watch-a-job.md go here when it is named:
 * `SCREENSHOTS=docs/how-to/pictures npm test -- test/dashboard/page`
 */
const { SCREENSHOTS } = process.env;

declare const path: string;

/** A job of 36 blocks, of which the last six wait for a file. */
const heldJob = (file: string) =>
  ones([60, 60], { chunks: 10 })
    .mapBlocks(
      (block, { blockIndex: [row] }) => {
        const { existsSync: isThere } = process.getBuiltinModule("node:fs");
        const pause = new Int32Array(new SharedArrayBuffer(4));
        while (row === 5 && !isThere(path)) Atomics.wait(pause, 0, 0, 20);
        return block.data;
      },
      { captured: { path: file } },
    )
    .sum();

/**
 * In the page: whether it is wider than the window, what is cut off within it, and what has no name
 * that can be read aloud.
 */
const LOOKS_WRONG = `({
  cut: [...document.querySelectorAll(".scroll")]
    .filter((one) => one.scrollWidth > one.clientWidth + 1)
    .map(({ innerHTML }) => innerHTML.slice(0, 80)),
  isWide: document.documentElement.scrollWidth > innerWidth,
  nameless: [...document.querySelectorAll("button, a, canvas, svg[role], input")]
    .filter((one) => one.textContent.trim() === "" && !one.hasAttribute("aria-label") && one.closest("label, [aria-label]") === null)
    .map(({ outerHTML }) => outerHTML),
})`;

describe.skipIf(!existsSync(executablePath))("the dashboard in chromium", () => {
  const folder = mkdtempSync(join(tmpdir(), "tilework-dashboard-"));
  const go = join(folder, "go");
  const errors: string[] = [];
  let cluster: LocalCluster;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1, log: () => {} });
    browser = await chromium.launch({
      executablePath,
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
    });
    const context = await browser.newContext({ viewport: { width: 1_200, height: 760 } });
    // Longer than any wait on a busy machine: the test's own limit ends what hangs.
    context.setDefaultTimeout(400_000);
    page = await context.newPage();
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("request", (request) => {
      if (!request.url().startsWith(`${cluster.dashboardLink}`)) errors.push(request.url());
    });
    await page.goto(`${cluster.dashboardLink}`);
  });

  afterAll(async () => {
    await browser?.close();
    await cluster?.close();
    rmSync(folder, { recursive: true });
  });

  const open = async (view: string) => {
    await page.click(`nav a[href="#${view}"]`);
    await page.waitForSelector(`nav a[href="#${view}"][aria-current]`);
  };
  const see = (text: string | RegExp) => page.locator("main").getByText(text).first().waitFor();
  const picture = async (name: string) => {
    if (SCREENSHOTS === undefined) return;
    mkdirSync(SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  };

  it("watches a job from its start to its end", async () => {
    await page.getByRole("status").getByText("live").waitFor();
    const job = heldJob(go).compute();
    await see(/^[1-9]\d* of \d+$/);
    await open("graph");
    await page.locator(".graph .box").first().click();
    await page
      .locator(".legend")
      .getByText(/done and released|in memory/)
      .first()
      .waitFor();
    writeFileSync(go, "");
    expect(await job).toBe(3_600);
    await open("jobs");
    await page.locator("td", { hasText: "finished" }).first().waitFor();
    await page.locator("tbody button").first().click();
    await see("most on one worker");
    const download = page.waitForEvent("download");
    await page.locator("main a.save").click();
    expect((await download).suggestedFilename()).toBe("job.html");
    await open("stream");
    await page.getByRole("img", { name: /^(3[6-9]|[4-9]\d|\d{3}|\d+,\d+) spans/ }).waitFor();
    await page.locator("canvas.stream").focus();
    await page.keyboard.press("+");
    await open("memory");
    await page.locator(".uplot canvas").first().waitFor();
    const stacked = (where: string) =>
      page.getByRole("img", { name: `bytes of results by layer over time, stacked, on ${where}` });
    await stacked("worker-").waitFor();
    await page.locator("main select").selectOption("");
    await stacked("all workers").waitFor();
  });

  it.skipIf(SCREENSHOTS === undefined)("makes the pictures of the docs", async () => {
    const x = random([4_000, 4_000], { chunks: 500, seed: 1 });
    const product = x.matmul(x.transpose());
    const centred = product.subtract(product.mean(0));
    centred.std().explain({ measure: true });
    const job = centred.std().compute();
    await open("overview");
    await see(/^1\d\d of \d{3}$/);
    await picture("overview");
    await open("graph");
    await page.locator(".graph .box", { hasText: "contract" }).first().click();
    await page.locator(".legend").getByText("in memory").first().waitFor();
    await picture("graph");
    await job;
    await open("stream");
    await page.getByRole("img", { name: /^(\d{3}|\d+,\d+) spans/ }).waitFor();
    await picture("stream");
    await open("memory");
    await page.locator(".uplot canvas").first().waitFor();
    await page.evaluate("scrollTo(0, 420)");
    await picture("memory");
  });

  it("shows users' text as text: a script in a name or an error is never run", async () => {
    const evil = "<script>window.harmed = 1</script><img src=x onerror='window.harmed=1'>";
    const client = await Client.connect(cluster.address, { name: evil, current: false });
    const fails = client.submit((text: string) => {
      throw new Error(text);
    }, evil);
    await expect(fails).rejects.toThrow("harmed");
    await client.close();
    await open("errors");
    await see(/<img src=x/);
    await page.fill('input[type="search"]', "no such text");
    await page.locator("output", { hasText: /^0$/ }).waitFor();
    await open("events");
    await see(/<script>window/);
    expect(await page.evaluate("'harmed' in window")).toBe(false);
  });

  it("shows one table after another, each with its own rows", async () => {
    class Counter {
      count() {
        return 1;
      }
    }
    using counter = await cluster.client.actor(Counter);
    expect(await counter.count()).toBe(1);
    for (const [view, text] of [
      ["actors", /^Counter-/],
      ["futures", /^No result of a call is wanted|^call-/],
      ["logs", /^worker worker-0 joined$/],
      ["configuration", /^workerTimeoutMs$/],
    ] as const) {
      await open(view);
      await see(text);
      expect(await page.getByText("cannot be drawn").count()).toBe(0);
    }
  });

  it("keeps working with hundreds of layers, and finds one by its name", async () => {
    const sums = Array.from({ length: 600 }, (_, k) =>
      ones([2])
        .multiply(k + 2)
        .sum(),
    );
    await compute(...sums);
    await open("layers");
    await page.fill('input[type="search"]', "sum");
    // The page's policy lets no text be run as a script, so a state is waited for by what is shown.
    await page.locator("output", { hasText: /^([6-9]\d\d|\d+,\d+)$/ }).waitFor();
    await open("graph");
    await see(/150 of/);
  });

  it("draws blocks of three axes as grids side by side, which the arrow keys cross", async () => {
    const cube = await zeros([4, 4, 4], { chunks: 2 }).persist();
    await open("graph");
    await page.locator(".graph .box", { hasText: "zeros" }).first().click();
    await see(/^zeros: 2 × 2 × 2 blocks$/);
    const canvas = page.locator("canvas");
    await canvas.focus();
    for (const [key, index] of [
      ["ArrowRight", "(0, 1, 0)"],
      ["ArrowRight", "(0, 0, 1)"],
      ["ArrowDown", "(1, 0, 1)"],
      ["ArrowDown", "(1, 0, 1)"],
    ] as const) {
      await canvas.press(key);
      await see(`${index}: in memory`);
    }
    const { width = 0, height = 0 } = (await canvas.boundingBox()) ?? {};
    expect(width).toBeGreaterThan(2 * height);
    cube.release();
  });

  it("leads to a worker's own page, which shows its tasks", async () => {
    await open("workers");
    await page.locator("tbody button").first().click();
    const link = page.locator("main a", { hasText: /^http:/ });
    const own = await page.context().newPage();
    own.on("pageerror", (error) => errors.push(String(error)));
    own.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    await own.goto((await link.getAttribute("href")) ?? "");
    await own.getByRole("status").getByText("live").waitFor();
    await own.getByRole("img", { name: "memory of the worker over time" }).waitFor();
    await own.getByText("own thread").waitFor();
    // Processes run the bundle, whose packages must be whole.
    for (const at of [`${cluster.dashboardLink}`, own.url()]) {
      const metrics = await (await fetch(new URL("metrics", at))).text();
      expect(metrics).toMatch(/^# TYPE tilework_\w+ gauge$/m);
    }
    for (const view of ["tasks", "logs", "configuration", "worker"]) {
      await own.click(`nav a[href="#${view}"]`);
      await own.waitForSelector(`nav a[href="#${view}"][aria-current]`);
      expect(await own.evaluate(LOOKS_WRONG)).toEqual({ cut: [], isWide: false, nameless: [] });
    }
    await own.close();
  });

  it("says that a worker was killed, and goes on", async () => {
    await open("overview");
    const [victim] = cluster.workers;
    process.kill(victim?.pid as number, "SIGKILL");
    await see(/is gone: /);
    await see(/worker-0-2|worker-1-2/);
    expect(await heldJob(go).compute()).toBe(3_600);
  });

  it("shows a saved run from a file, without a scheduler", async () => {
    const file = join(folder, "run.html");
    const json = join(folder, "run.json");
    const run: Observation = await cluster.client.observe({ file: json });
    expect(JSON.parse(readFileSync(json, "utf8"))).toEqual(run);
    expect(run.overview.steps).toBeGreaterThan(0);
    expect(JSON.stringify(run)).toContain("<script>");
    writeFileSync(file, savedPage(run));
    const saved = await page.context().newPage();
    saved.on("pageerror", (error) => errors.push(String(error)));
    await saved.goto(pathToFileURL(file).href);
    await saved.getByRole("status").getByText("a saved run").waitFor();
    await saved.click('nav a[href="#workers"]');
    await saved.locator("td", { hasText: "gone: " }).first().waitFor();
    await saved.click('nav a[href="#logs"]');
    await saved
      .locator("td", { hasText: /^worker-[01]-2$/ })
      .first()
      .waitFor();
    for (const [view, text] of [
      ["actors", "over: it was released"],
      ["futures", /No result of a call is wanted|^call-/],
      ["configuration", "workerTimeoutMs"],
    ] as const) {
      await saved.click(`nav a[href="#${view}"]`);
      await saved.locator("main").getByText(text).first().waitFor();
    }
    const task = namedSpans(run).find(({ kind }) => kind === "task");
    await saved.goto(`${pathToFileURL(file).href}#story/${encodeURIComponent(`${task?.key}`)}`);
    await saved.locator(".story li", { hasText: "→ processing" }).first().waitFor();
    await saved.close();
  });

  it("shows a run of 200,000 tasks (dask/distributed#2979)", async () => {
    const run = await cluster.client.observe();
    const { cursor, ...columns } = run.spans;
    const count = 200_000;
    const many = Object.entries(columns).map(([name, column]) => {
      const at = (k: number) => column[k % column.length] as number;
      const row = name === "startMs" ? (k: number) => at(k) + k : at;
      return [name, Array.from({ length: count }, (_, k) => row(k))];
    });
    const spans = { ...Object.fromEntries(many), cursor } as Observation["spans"];
    const file = join(folder, "many.html");
    writeFileSync(file, savedPage({ ...run, spans }));
    const saved = await page.context().newPage();
    saved.on("pageerror", (error) => errors.push(String(error)));
    await saved.goto(`${pathToFileURL(file).href}#stream`);
    await saved.getByRole("img", { name: /^200,000 spans/ }).waitFor();
    await saved.locator("canvas.stream").focus();
    await saved.keyboard.press("+");
    await saved.click('nav a[href="#layers"]');
    await saved.locator("tbody tr").first().waitFor();
    await saved.close();
  });

  it("fits a phone, and has a name for everything that is read aloud", async () => {
    const file = join(folder, "phone.html");
    writeFileSync(file, savedPage(await cluster.client.observe()));
    const phone = await browser.newPage({ viewport: { width: 390, height: 760 } });
    phone.on("pageerror", (error) => errors.push(String(error)));
    await phone.goto(pathToFileURL(file).href);
    await phone.getByRole("status").getByText("a saved run").waitFor();
    const links = await phone.locator("nav a").all();
    expect(links.length).toBeGreaterThan(8);
    for (const link of links) {
      await link.focus();
      await phone.keyboard.press("Enter");
      const href = await link.getAttribute("href");
      await phone.locator(`nav a[href="${href}"][aria-current="page"]`).waitFor();
      const found = await phone.evaluate(LOOKS_WRONG);
      expect([await link.textContent(), found]).toEqual([
        await link.textContent(),
        { cut: [], isWide: false, nameless: [] },
      ]);
    }
    await phone.close();
  });

  it("shows reports of one run: of threads, and of a cluster that ran others before", async () => {
    const x = ones([40, 40], { chunks: 10 });
    const threads = join(folder, "threads.html");
    // Threads compute where no cluster is current.
    const inThreads = new InProcessExecutor({ threads: 1 });
    openExecutor(inThreads);
    try {
      expect(await report({ file: threads }, () => x.sum().compute())).toBe(1_600);
    } finally {
      closeExecutor(inThreads);
      await inThreads.close();
    }
    const clustered = join(folder, "cluster.html");
    const { client } = cluster;
    await client.report({ file: clustered }, () => client.compute(x.add(1).max()));
    const stream = await client.taskStream(() => client.compute(x.add(2).max()));
    const tasks = stream.filter(({ kind }) => kind === "task");
    expect(tasks.length).toBeGreaterThan(1);
    expect(tasks.at(-1)).toMatchObject({ key: expect.stringMatching(/^max-/), weight: 1 });
    for (const [file, title] of [
      [threads, "sum"],
      [clustered, "max"],
    ] as const) {
      const saved = await page.context().newPage();
      saved.on("pageerror", (error) => errors.push(String(error)));
      await saved.goto(pathToFileURL(file).href);
      await saved.getByRole("status").getByText("a saved run of").waitFor();
      await saved.locator(".bars .name", { hasText: title }).first().waitFor();
      await saved.click('nav a[href="#jobs"]');
      await saved.locator("td", { hasText: "finished" }).first().waitFor();
      expect(await saved.locator("tbody tr").count()).toBe(1);
      await saved.close();
    }
  });

  it("has met no error, and asked for nothing but the scheduler's own", () => {
    expect(errors).toEqual([]);
  });
});
