import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeArrayBuffer } from "geotiff";
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import { Rng } from "../../src/base/rng.js";
import { fromGeoTiff } from "../../src/io/from-geotiff.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";
import { valuesOf } from "../array/table-arrays.js";
import { TILE, tiffOf } from "./tiff-bytes.js";

const executor = new SerialExecutor();
const folder = mkdtempSync(join(tmpdir(), "tilework-tiff-"));
const path = join(folder, "scene.tif");

/** A band whose pixel at (row, column) is `scale * (100 row + column) + 1`. */
const band = (height: number, width: number, scale: number) =>
  Array.from({ length: height }, (_, row) =>
    Uint16Array.from({ length: width }, (_, column) => scale * (100 * row + column) + 1),
  );
const [red, infrared] = [band(40, 50, 1), band(40, 50, 3)];
const bytes = tiffOf([
  { bands: [red, infrared] },
  { bands: [band(20, 25, 1), band(20, 25, 3)], isOverview: true },
]);
writeFileSync(path, bytes);
const flat = [red, infrared].flatMap((rows) => rows.flatMap((row) => Array.from(row)));

afterAll(() => rmSync(folder, { recursive: true }));

describe("an image of a GeoTIFF file", () => {
  it("is read by tile, in any chunks, with its place on the Earth", async () => {
    const x = await fromGeoTiff(path);
    expect([x.shape, x.dtype, x.dims]).toEqual([[2, 40, 50], "uint16", ["band", "y", "x"]]);
    const transform = [10, 0, 500_000, 0, -10, 4_600_000];
    expect(x.attributes).toEqual({ crs: "EPSG:32632", transform });
    expect(await valuesOf(x)).toEqual(flat);
    for (const chunks of [[2, TILE, TILE], [1, 7, 50], 9] as const) {
      expect(await valuesOf(await fromGeoTiff(path, { chunks }))).toEqual(flat);
    }
  });

  it("gives an index of two bands at the resolution of an overview", async () => {
    const scene = await fromGeoTiff(path, { overview: 1 });
    expect([scene.shape, scene.attributes.transform]).toEqual([
      [2, 20, 25],
      [20, 0, 500_000, 0, -20, 4_600_000],
    ]);
    const [r, nir] = [0, 1].map((at) => scene.slice(at).astype("float64"));
    if (r === undefined || nir === undefined) throw new Error("there are two bands");
    const ndvi = nir.subtract(r).divide(nir.add(r));
    const values = await valuesOf(ndvi);
    expect(values[26]).toBeCloseTo((304 - 102) / (304 + 102), 12);
    expect(values[0]).toBe(0);
  });

  it("is read from a server by the ranges of its tiles", async () => {
    const ranges: string[] = [];
    const server = createServer(({ method, headers }, response) => {
      const [, start, end] = /bytes=(\d+)-(\d+)/.exec(headers.range ?? "") ?? [];
      const part = bytes.subarray(Number(start ?? 0), end === undefined ? undefined : +end + 1);
      if (start !== undefined) ranges.push(`${start}-${end}`);
      const own = { etag: '"1"', "content-length": method === "HEAD" ? bytes.length : part.length };
      response.writeHead(start === undefined ? 200 : 206, own);
      response.end(method === "HEAD" ? undefined : part);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/scene.tif`;
    const x = await fromGeoTiff(url, { chunks: [2, TILE, TILE] });
    ranges.length = 0;
    const corner = await valuesOf(x.slice(":", ":2", ":2"));
    expect(corner).toEqual([1, 2, 101, 102, 1, 4, 301, 304]);
    // Twelve tiles follow the first eight bytes of the file.
    const tileBytes = 2 * 2 * TILE * TILE;
    const tiles = Array.from({ length: 12 }, (_, tile) => 8 + tile * tileBytes);
    const starts = ranges.map((range) => Number.parseInt(range, 10));
    expect(starts.filter((start) => tiles.includes(start))).toEqual([8]);
    server.closeAllConnections();
    server.close();
  });

  it("has strips as other programs write them", async () => {
    const strips = join(folder, "strips.tif");
    const metadata = { height: 2, width: 3, GDAL_NODATA: "9" };
    const values = [
      [
        [1, 2, 3],
        [4, 5, 9],
      ],
    ];
    writeFileSync(strips, Buffer.from(await writeArrayBuffer(values, metadata as never)));
    const x = await fromGeoTiff(strips);
    expect([x.shape, x.dtype]).toEqual([[1, 2, 3], "uint8"]);
    expect(await valuesOf(x)).toEqual([1, 2, 3, 4, 5, 9]);
    expect(x.attributes.nodata).toBe(9);
  });

  it("that is missing, no TIFF, cut off or changed is an error with its name", async () => {
    await expect(fromGeoTiff(join(folder, "none.tif"))).rejects.toThrow(/cannot open .*none.tif/);
    await expect(fromGeoTiff(path, { overview: 2 })).rejects.toThrow(
      "no overview 2: expected 0 to 1",
    );
    const copy = join(folder, "copy.tif");
    writeFileSync(copy, "no TIFF at all");
    await expect(fromGeoTiff(copy)).rejects.toThrow(/cannot open .*copy.tif/);
    writeFileSync(copy, bytes);
    const x = await fromGeoTiff(copy);
    writeFileSync(copy, bytes.subarray(0, bytes.length >> 2));
    await expect(x.compute({ executor })).rejects.toThrow(/cannot read block .*copy.tif/);
  });
});

describe("an image packed by LZW", () => {
  const packed = join(folder, "packed.tif");
  const rng = new Rng(5);
  /** Noise, which needs codes of all lengths, beside one value, whose codes stand for long runs. */
  const pixels = Uint8Array.from({ length: 3 * 150 * 200 }, (_, i) =>
    i % 600 < 300 ? rng.below(256) : 7,
  );

  it.each([{ tile: true, tileWidth: 64, tileHeight: 64 }, { predictor: "horizontal" }] as const)(
    "has the pixels that were written, with %o",
    async (options) => {
      const raw = { width: 200, height: 150, channels: 3 } as const;
      await sharp(pixels, { raw })
        .tiff({ predictor: "none", ...options, compression: "lzw" })
        .toFile(packed);
      const values = await valuesOf((await fromGeoTiff(packed)).transpose([1, 2, 0]));
      expect(values).toEqual(Array.from(pixels));
    },
  );

  it("that is damaged is an error, or pixels, and never goes on without end", async () => {
    const whole = readFileSync(packed);
    const outcomes = new Set<string>();
    for (let n = 0; n < 100; n++) {
      const copy = Buffer.from(whole);
      for (let k = 0; k < 20; k++) copy[rng.below(copy.length)] = rng.below(256);
      writeFileSync(packed, copy);
      const read = fromGeoTiff(packed).then(valuesOf);
      outcomes.add(await read.then(() => "pixels", String));
    }
    const said = Array.from(outcomes).filter((outcome) => /packed.tif: its LZW code/.test(outcome));
    expect(said.length).toBeGreaterThan(0);
    for (const outcome of outcomes) expect(outcome).toMatch(/^pixels|packed.tif/);
  });

  it("names the file whose tiles have no size", async () => {
    const whole = Buffer.from(bytes);
    // The entry of the tag TileWidth: its number, its type, and that it is one number.
    const entry = [3, 4].map((type) => whole.indexOf(Buffer.of(66, 1, type, 0, 1, 0, 0, 0)));
    whole.writeUInt32LE(0, (entry.find((at) => at > 0) as number) + 8);
    const copy = join(folder, "no-tiles.tif");
    writeFileSync(copy, whole);
    await expect(fromGeoTiff(copy)).rejects.toThrow(/no-tiles.tif: .*was it damaged\?/);
  });
});
