// What passes make of random expressions computes the same elements. EXPRESSIONS=10000 tries more
// of them, SEED=7 others.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ChunkedArray } from "../../../src/array/index.js";
import { eye, fromArray, linspace, normal, ones, random } from "../../../src/array/index.js";
import { Rng } from "../../../src/base/rng.js";
import { type Chunks, sizeOf } from "../../../src/graph/model/chunks.js";
import { graphBelow } from "../../../src/graph/model/layer-graph.js";
import { fuseSources } from "../../../src/graph/passes/fuse-sources.js";
import { optimize } from "../../../src/graph/passes/optimize.js";
import { pushSlices } from "../../../src/graph/passes/push-slices.js";
import "../../../src/index.js";
import { fromNpy } from "../../../src/io/from-npy.js";
import { fromZarr } from "../../../src/io/from-zarr.js";
import { toNpy } from "../../../src/io/to-npy.js";
import { toZarr } from "../../../src/io/to-zarr.js";
import { randomChunks } from "../../array/differential-programs.js";
import { after } from "../after-pass.js";
import { numbersOf } from "../computed-elements.js";
import { randomExpression } from "./rewritten-programs.js";

const EXPRESSIONS = Number(process.env.EXPRESSIONS ?? 75);
const SEED = Number(process.env.SEED ?? 1);

/** Few numbers are drawn twice, too. */
const ALL_TWICE = { quickBytesMin: 0, otherBytesMin: 0 };

let folder = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tilework-rewritten-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = new Map<string, Promise<void>>();

/** A file of that shape, written once. */
async function fileOf(kind: "npy" | "zarr", shape: readonly number[]): Promise<string> {
  const path = join(folder, `${shape.join("x")}.${kind}`);
  const values = random(shape, { seed: sizeOf(shape) });
  const write = async () => {
    if (kind === "npy") await toNpy(values, path);
    else await toZarr(values.rechunk(shape.map((length) => Math.ceil(length / 3))), path);
  };
  if (!files.has(path)) files.set(path, write());
  await files.get(path);
  return path;
}

type Maker = (shape: readonly number[], chunks: Chunks) => Promise<ChunkedArray>;

const MAKERS: readonly Maker[] = [
  async (shape, chunks) => fromNpy(await fileOf("npy", shape), { chunks }),
  async (shape, chunks) => fromZarr(await fileOf("zarr", shape), { chunks }),
  async (shape, chunks) => random(shape, { seed: 3, chunks }),
  async (shape, chunks) => normal(shape, { seed: 4, chunks }),
  async (shape, chunks) => fromArray(await random(shape, { seed: 9 }).compute(), { chunks }),
  async (shape) => linspace(0, 1, sizeOf(shape)).reshape(shape),
  async (shape, chunks) =>
    shape.length !== 2
      ? ones(shape, { chunks })
      : eye(shape[0] as number, shape[1]).rechunk(chunks as never),
];

/** Whether two numbers differ by rounding at most, at the scale of what was computed. */
function areClose(one: number, other: number, scale: number): boolean {
  if (Object.is(one, other) || one === other) return true;
  return Math.abs(one - other) <= 1e-11 * Math.max(scale, Math.abs(one));
}

async function differenceOf(seed: number): Promise<string | undefined> {
  const rng = new Rng(seed);
  const shapes = new Map<string, ChunkedArray[]>();
  // Sources are made before, since files are written.
  const plan = new Rng(seed);
  randomExpression(
    plan,
    (shape) => {
      shapes.set(shape.join(), []);
      return random(shape, { seed: 1 });
    },
    0,
  );
  for (const [text, sources] of shapes) {
    const shape = text.split(",").map(Number);
    for (let k = 0; k < 2; k++) {
      const chunks = randomChunks(plan, shape);
      const maker = plan.pick(MAKERS);
      const made = await maker(shape, chunks);
      sources.push(plan.chance(0.3) ? made.rechunk(randomChunks(plan, shape)) : made);
    }
  }
  const { array, names } = randomExpression(
    rng,
    (shape) => shapes.get(shape.join())?.pop() as ChunkedArray,
    3 + (seed % 8),
  );
  const given = graphBelow([array.node]);
  const wanted = await numbersOf(given);
  const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value) || 0), 1e-3);
  const greedy = optimize(after(pushSlices, given, 0), { passes: { fuseSources: false } });
  const ways = { optimize: optimize(given), greedy: after(fuseSources, greedy, ALL_TWICE) };
  for (const [way, graph] of Object.entries(ways)) {
    const got = await numbersOf(graph);
    const at = wanted.findIndex((value, i) => !areClose(value, got[i] as number, scale));
    if (got.length === wanted.length && at < 0) continue;
    return `seed ${seed}, ${way}: ${names.join(" ")}: element ${at} is ${got[at]}, was ${wanted[at]}`;
  }
  return undefined;
}

it(`gives the same elements for ${EXPRESSIONS} random expressions`, async () => {
  const differences: string[] = [];
  for (let n = 0; n < EXPRESSIONS && differences.length < 5; n++) {
    const difference = await differenceOf(SEED * 1_000_000 + n).catch(
      (error: unknown) => `seed ${SEED * 1_000_000 + n}: ${String(error)}`,
    );
    if (difference !== undefined) differences.push(difference);
  }
  expect(differences).toEqual([]);
}, 1_200_000);
