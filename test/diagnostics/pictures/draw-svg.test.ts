// The drawn pictures by their structure: panels, the blocks of each in their grid, arrows and
// legend; and that a browser shows all of it, whatever the window and the ground.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { graphvizVisualizer } from "../../../src/diagnostics/visualize.js";
import type { LayerGraph } from "../../../src/graph/model/layer-graph.js";
import { closeExecutor, openExecutor } from "../../../src/graph/ports/executor.js";
import type { VisualizeOptions } from "../../../src/graph/ports/visualizer.js";
import { delayed, fromRange, ones } from "../../../src/index.js";
import { meanGraph } from "../graphs.js";
import { pictureText, readPicture } from "../read-picture.js";

const folder = mkdtempSync(join(tmpdir(), "tilework-drawn-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "drawn.svg");

async function draw(graph: LayerGraph, options: VisualizeOptions = {}): Promise<string> {
  await graphvizVisualizer.visualize(graph, { level: "tasks", ...options, file });
  return readFileSync(file, "utf8");
}

/** The same of a collection, as a user has it drawn. */
async function drawOf(collection: {
  visualize(options: VisualizeOptions): Promise<string>;
}): Promise<string> {
  await collection.visualize({ level: "tasks", file });
  return readFileSync(file, "utf8");
}

describe("a picture of tasks", () => {
  it("shows what is written beside what runs, block by block", async () => {
    const shown = readPicture(await draw(meanGraph(3), { optimize: "both" }));
    expect(pictureText(shown)).toMatchInlineSnapshot(`
      "As written: 6 layers, 41 tasks
      As run: 3 layers, 10 tasks

      random · source (uniform) · 3,000 × 3,000 float64 · 9 tasks
      ###
      ###
      ###

      transpose · blockwise · 3,000 × 3,000 float64 · 9 tasks
      ###
      ###
      ###

      add · blockwise · 3,000 × 3,000 float64 · 9 tasks
      ###
      ###
      ###

      mean-partial · blockwise + partial mean · 3 × 3 float64 · 9 tasks
      ###
      ###
      ###

      mean · tree mean (inner) · 2 × 2 float64 · 4 tasks
      ##
      ##

      mean · tree mean · scalar float64 · 1 task
      #

      mean-partial-add-transpose-random · blockwise + partial mean · 3 × 3 float64 · 6 tasks for 9 blocks
      ###
      .##
      ..#

      mean · tree mean (inner), mirrored · 2 × 2 float64 · 3 tasks for 4 blocks
      ##
      .#

      mean · tree mean, mirrored · scalar float64 · 1 task
      #

      source · block by block · block by block, then reduced · reduction · block without a task · output"
    `);
  });

  it("has as many cells as tasks, and arrows from layer to layer", async () => {
    const svg = await draw(meanGraph(10));
    expect(svg.match(/class="node"/g)).toHaveLength(439);
    expect(svg.match(/class="panel"/g)).toHaveLength(8);
    expect(svg.match(/class="arrow"/g)).toHaveLength(8);
  });

  it("is as wide as what shows it", async () => {
    const [, head = ""] = (await draw(meanGraph(10), { optimize: "both" })).split("\n");
    expect(head).toContain(' width="100%"');
    expect(head).not.toContain("height=");
    const [, , width = 0, height = 0] =
      /viewBox="([^"]*)"/.exec(head)?.[1]?.split(" ").map(Number) ?? [];
    // About as a window or a page is, in units of which words are eleven high.
    expect(width / height).toBeGreaterThan(0.6);
    expect(width / height).toBeLessThan(3);
    expect(width).toBeLessThan(1_600);
  });

  it("puts faces of more axes next to each other, and wraps one axis", async () => {
    const cube = readPicture(await drawOf(ones([4, 2, 3], { chunks: 1 })));
    expect(cube.panels[0]?.grid).toEqual(["### ###", "### ###", "", "### ###", "### ###"]);
    const list = readPicture(await drawOf(ones([20], { chunks: 1 })));
    expect(list.panels[0]?.grid).toHaveLength(4);
    expect(list.panels[0]?.grid.join("").match(/#/g)).toHaveLength(20);
  });

  it("shows blocks without a task of their own", async () => {
    const x = ones([4], { chunks: 2 });
    const both = readPicture(await drawOf(x.rechunk([[2, 1, 1]])));
    expect(both.panels.map(({ grid }) => grid.join("/"))).toContain("./#/#");
    expect(both.legend).toContain("block without a task");
  });

  it("says what the ends of a scale are", async () => {
    const svg = await draw(meanGraph(3), { color: "order" });
    expect(readPicture(svg).legend).toEqual(["output", "order: 0", "40"]);
    expect(svg).toContain('<linearGradient id="scale0"><stop offset="0" stop-color="#440154"/>');
  });

  it("predicts for the cluster in use, where its workers are known", async () => {
    const refuse = () => Promise.reject(new Error("nothing is computed"));
    const size = { workers: 2, threads: 1, memoryLimitBytes: 2 ** 30, areAlike: true };
    const executor = { compute: refuse, persist: refuse, sizeNow: () => size };
    openExecutor(executor);
    try {
      const shown = readPicture(await draw(meanGraph(4), { color: "worker" }));
      expect(shown.legend).toEqual(["worker 0", "worker 1", "output"]);
    } finally {
      closeExecutor(executor);
    }
  });

  it("names the workers", async () => {
    const shown = readPicture(await draw(meanGraph(4), { color: "worker", workers: 2 }));
    expect(shown.legend).toEqual(["worker 0", "worker 1", "output"]);
  });

  it("has a card for each of a few calls, and steps of many", async () => {
    const add = delayed((a: number, b: number) => a + b);
    const tree = (count: number): ReturnType<typeof add> =>
      count === 1 ? add(0, 1) : add(tree(count / 2) as never, tree(count / 2) as never);
    const few = await drawOf(tree(4));
    expect(few.match(/class="node"/g)).toHaveLength(7);
    expect(few.match(/class="arrow"/g)).toHaveLength(6);
    const { panels } = readPicture(await drawOf(tree(32)));
    const steps = panels.flatMap(({ lines }) => lines.filter((text) => text.startsWith("step")));
    expect(steps).toEqual([1, 2, 3, 4, 5, 6].map((step) => `step ${step} of 6`));
  });

  it("shows bags, whose values have no dtype", async () => {
    const bag = fromRange(10, { npartitions: 3 }).map((x: number) => 2 * x);
    const { panels } = readPicture(await drawOf(bag));
    expect(panels.map(({ lines }) => lines)).toEqual([
      ["range", "partitions", "3 tasks"],
      ["map", "partitions", "3 tasks"],
    ]);
  });
});

describe("both graphs", () => {
  it("stand in pictures alone", async () => {
    const wrong = graphvizVisualizer.visualize(meanGraph(2), { file: "a.dot", optimize: "both" });
    await expect(wrong).rejects.toMatchObject({
      code: "argument.value",
      message: expect.stringContaining("expected a name ending in .svg, .png, .html"),
    });
  });
});

/** What the browser is asked: where things are, and in which colours. */
const MEASURE = `(() => {
  const box = (element) => element.getBoundingClientRect();
  const cards = [...document.querySelectorAll(".panel")];
  const isOutside = (card) => {
    const { right } = box(card.querySelector("rect.card"));
    return [...card.querySelectorAll("text")].some((text) => box(text).right > right);
  };
  const shapes = [...document.querySelectorAll("rect.card, .legend")].map(box);
  const ink = (selector) => getComputedStyle(document.querySelector(selector)).fill;
  return {
    cards: cards.length,
    outside: cards.filter(isOutside).length,
    right: Math.max(...shapes.map((shape) => shape.right)),
    bottom: Math.max(...shapes.map((shape) => shape.bottom)),
    colours: [ink(".ground"), ink(".heading")],
  };
})()`;
interface Seen {
  readonly cards: number;
  readonly outside: number;
  readonly right: number;
  readonly bottom: number;
  readonly colours: readonly string[];
}

/** Whether the lines from what a task reads are seen. */
const VISIBILITY = `getComputedStyle(document.querySelector("[id='n1-55'] .reads")).visibility`;

const executablePath = "/usr/bin/chromium";

describe.skipIf(!existsSync(executablePath))("a picture in chromium", () => {
  let browser: Browser;
  beforeAll(async () => {
    const args = [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--no-first-run",
    ];
    browser = await chromium.launch({ executablePath, args });
  });
  afterAll(() => browser?.close());

  it.each([
    ["light", 1280, 800],
    ["dark", 700, 900],
  ] as const)(
    "fits a window on %s ground, with words in their cards",
    async (colorScheme, width, height) => {
      await draw(meanGraph(10), { optimize: "both" });
      const page = await browser.newPage({ colorScheme, viewport: { width, height } });
      await page.goto(pathToFileURL(file).href);
      const seen = (await page.evaluate(MEASURE)) as Seen;
      expect(seen).toMatchObject({ cards: 13, outside: 0 });
      expect(seen.right).toBeLessThanOrEqual(width);
      expect(seen.bottom).toBeLessThanOrEqual(height);
      const [light, dark] = ["rgb(248, 250, 252)", "rgb(15, 23, 42)"];
      const ink = colorScheme === "light" ? dark : "rgb(241, 245, 249)";
      expect(seen.colours).toEqual([colorScheme === "light" ? light : dark, ink]);
      await page.close();
    },
  );

  it("shows what a task reads where the pointer is", async () => {
    await draw(meanGraph(10), { optimize: "both" });
    const page = await browser.newPage();
    await page.goto(pathToFileURL(file).href);
    const isSeen = () => page.evaluate(VISIBILITY);
    expect(await isSeen()).toBe("hidden");
    await page.hover("[id='n1-55'] rect");
    expect(await isSeen()).toBe("visible");
    await page.close();
  });
});
