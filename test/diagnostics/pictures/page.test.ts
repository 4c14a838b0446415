// The page of a graph in a real browser: Debian's chromium. Skipped, and said so, where there is
// none.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { graphvizVisualizer } from "../../../src/diagnostics/visualize.js";
import { meanGraph } from "../graphs.js";

const executablePath = "/usr/bin/chromium";

describe.skipIf(!existsSync(executablePath))("the page of a graph, in chromium", () => {
  const folder = mkdtempSync(join(tmpdir(), "tilework-page-"));
  const errors: string[] = [];
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const file = join(folder, "graph.html");
    await graphvizVisualizer.visualize(meanGraph(3), { file, level: "tasks" });
    browser = await chromium.launch({
      executablePath,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    });
    page = await browser.newPage();
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("request", (request) => {
      if (!request.url().startsWith("file:")) errors.push(`asked for ${request.url()}`);
    });
    await page.goto(pathToFileURL(file).href);
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  it("shows a box for each task and asks for nothing else", async () => {
    expect(await page.locator("#picture .node").count()).toBe(41);
    expect(errors).toEqual([]);
  });

  it("finds tasks by a part of their key", async () => {
    await page.fill("#search", "(0, 2)");
    expect(await page.textContent("#found")).toBe("4 found");
    expect(await page.locator("#picture .node.found").count()).toBe(4);
    await page.fill("#search", "");
    expect(await page.locator("#picture .node.found").count()).toBe(0);
  });

  it("says of a task that is clicked what it is, its shape, its bytes and its inputs", async () => {
    const details = page.locator("#details");
    const sum = page.locator("#picture .node", { hasText: /^add-\w+\(0, 1\)/ }).first();
    await sum.locator("rect").click();
    await details.waitFor({ state: "visible" });
    const text = (await details.textContent()) ?? "";
    expect(text).toMatch(
      /^taskadd-[0-9a-f]{7}\(0, 1\)kindblockwiseshape1,000 × 1,000 float64bytes7.63 MiB/,
    );
    expect(text).toMatch(/inputsrandom-\w+\(0, 1\)transpose-\w+\(0, 1\)$/);
    expect(text).not.toContain("#");
  });

  it("shows an input when that is clicked", async () => {
    await page.locator("#details button").first().click();
    const text = (await page.locator("#details").textContent()) ?? "";
    expect(text).toMatch(/^taskrandom-[0-9a-f]{7}\(0, 1\)kindsource \(uniform\)/);
    expect(await page.locator("#picture .chosen").count()).toBe(1);
  });

  it("zooms", async () => {
    const matrix = () => page.locator(".svg-pan-zoom_viewport").getAttribute("transform");
    const before = await matrix();
    await page.hover("#picture");
    await page.mouse.wheel(0, -300);
    await expect.poll(matrix).not.toBe(before);
  });
});
