// The programs in examples/ that read files of scientists, on files that are made here: what they
// print is what a plain loop finds.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import h5wasm from "h5wasm/node";
import { expect, it } from "vitest";
import { arange, asarray } from "../../src/array/index.js";
import { layerGraph } from "../../src/graph/ports/collection-graphs.js";
import { fromZarr } from "../../src/io/from-zarr.js";
import { toZarrGroup } from "../../src/io/to-zarr-group.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";
import { numbersOf } from "../graph/computed-elements.js";
import { tiffOf } from "../io/tiff-bytes.js";
import { Command, freshDirectory } from "./command.js";

const DAY_MS = 86_400_000;
const executor = new SerialExecutor();

/** What an example prints, which has to end well. */
async function printed(name: string, ...parameters: string[]): Promise<string> {
  const script = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
  const { code, output } = await new Command(parameters, { script }).ended;
  expect(code, output).toBe(0);
  return output;
}

it("climatology.mjs writes monthly means and anomalies of a Zarr store", async () => {
  const folder = freshDirectory();
  const [store, result] = [join(folder, "days.zarr"), join(folder, "months.zarr")];
  const times = Float64Array.from({ length: 60 }, (_, day) => Date.UTC(2023, 0, 1) + day * DAY_MS);
  const t = arange(60 * 6, { dtype: "float32" })
    .reshape([60, 2, 3])
    .rechunk([20, 2, 3]);
  await toZarrGroup(store, { arrays: { t, time: asarray(times) } }, { executor });

  const output = await printed("climatology.mjs", store, result);
  // Days follow one another by 6, so the spread is 6 times that of 0, 1, 2, …
  const spread = (days: number) => (6 * Math.sqrt((days * days - 1) / 12)).toFixed(3);
  const [march, april] = [`month 3: std ${spread(1)}`, "month 4"];
  expect(output).toContain(`month 1: std ${spread(31)}\nmonth 2: std ${spread(28)}\n${march}`);
  expect(output).not.toContain(april);

  const read = async (name: string) =>
    numbersOf(layerGraph(await fromZarr(join(result, name)), { optimize: true }));
  expect((await read("climatology")).slice(0, 6)).toEqual([90, 91, 92, 93, 94, 95]);
  expect((await read("anomalies")).slice(0, 7)).toEqual([-90, -90, -90, -90, -90, -90, -84]);
});

it("ndvi.mjs finds the vegetation index of two bands at an overview", async () => {
  const folder = freshDirectory();
  /** A file whose overview has these values in its left and right half. */
  const band = (name: string, left: number, right: number): string => {
    const full = Array.from({ length: 32 }, () => new Uint16Array(32));
    const row = Uint16Array.from({ length: 16 }, (_, column) => (column < 8 ? left : right));
    const path = join(folder, name);
    const overview = { bands: [new Array<Uint16Array>(16).fill(row)], isOverview: true };
    writeFileSync(path, tiffOf([{ bands: [full] }, overview]));
    return path;
  };
  const output = await printed("ndvi.mjs", band("red.tif", 10, 40), band("infrared.tif", 30, 40));
  expect(output).toBe("16 × 16 pixels, NDVI 0.250\n50.0 % are above 0.3\n");
});

it("hdf5-series.mjs prints weekly means at one place", async () => {
  const { activate_throwing_error_handler } = await h5wasm.ready;
  activate_throwing_error_handler();
  const path = join(freshDirectory(), "year.nc");
  const file = new h5wasm.File(path, "w");
  const data = Float32Array.from({ length: 14 * 6 }, (_, i) => i);
  const shape = [14, 2, 3];
  file.create_dataset({ name: "t2m", data, shape }).create_attribute("units", "K");
  file.close();
  const output = await printed("hdf5-series.mjs", path, "t2m", "1", "2");
  expect(output).toBe("2024-01-01  23.00 K\n2024-01-08  65.00 K\n");
});
