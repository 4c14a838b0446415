// Blocks of GeoTIFF images: bands, rows, columns. io/ has described the image before.
import type { Block } from "../../base/block.js";
import { ArgumentError, isTileworkError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import { sizeOf } from "../../graph/model/chunks.js";
import type { SourceLayer } from "../../graph/model/layer.js";
import type { SourceGenerator } from "../../graph/model/source-generator.js";
import { sourceBox } from "../../graph/model/source-region.js";
import { type OpenGeoTiff, openGeoTiff } from "./geotiff-image.js";

type GeoTiffGenerator = Extract<SourceGenerator, { type: "geotiff" }>;

/** Reads blocks of `layer`; the file's header is read by the first. */
export function geoTiffSourceKernel(
  layer: SourceLayer,
  { location, version, image, timeoutMs }: GeoTiffGenerator,
): (block: number, operands: readonly Block[], output: Block) => Promise<void> {
  let opened: Promise<OpenGeoTiff> | undefined;
  const open = async () => {
    const file = await openGeoTiff(location, timeoutMs);
    if (file.version !== version) throw new Error("it changed since it was opened");
    return file;
  };
  return async (block, _operands, output) => {
    const { starts, lengths } = sourceBox(layer, block);
    if (sizeOf(lengths) === 0) return;
    try {
      const { tiff } = await (opened ??= open());
      await readBox(await tiff.getImage(image), starts, lengths, output);
    } catch (error) {
      opened = undefined;
      if (isTileworkError(error)) throw error;
      const reason = reasonOf(error);
      const text = `cannot read block (${starts.join(", ")}) of ${location}: ${reason}`;
      throw new ArgumentError("value", text, { location });
    }
  };
}

async function readBox(
  image: Awaited<ReturnType<OpenGeoTiff["tiff"]["getImage"]>>,
  starts: readonly number[],
  lengths: readonly number[],
  output: Block,
): Promise<void> {
  const [band = 0, top = 0, left = 0] = starts;
  const [bands = 1, rows = 1, columns = 1] = lengths;
  const rasters: readonly ArrayLike<number>[] = await image.readRasters({
    window: [left, top, left + columns, top + rows],
    samples: Array.from({ length: bands }, (_, i) => band + i),
    interleave: false,
  });
  rasters.forEach((raster, i) => {
    if (raster.length !== rows * columns) throw new Error(`it gave ${raster.length} pixels`);
    output.data.set(raster as never, output.offset + i * rows * columns);
  });
}
