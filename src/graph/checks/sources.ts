// Sources: the generator's array fits the grid of the layer.
import { DTYPES, isScalar, partsOf } from "../../base/dtype.js";
import { hasUnknownLengths, shapeOf, sizeOf } from "../model/chunks.js";
import { DISTRIBUTIONS, type Draw } from "../model/distribution.js";
import type { SourceLayer, SourceRegion } from "../model/layer.js";
import type { SourceGenerator } from "../model/source-generator.js";
import { isRegional } from "../model/source-region.js";
import { isCount, isListOf, isNumber, isRecord, isText, type Misfit, shown } from "./fits.js";

export function sourceMisfit({ generator, chunks, dtype, region }: SourceLayer): Misfit {
  if (!isRecord(generator)) return "it has no generator";
  if (hasUnknownLengths(chunks)) return "a source's lengths are known";
  const shape = shapeOf(chunks);
  if (region === undefined) return generatorMisfit(generator, { shape, dtype });
  return (
    regionMisfit(region, shape) ??
    (isRegional(generator) ? undefined : "its elements are made together, and not in parts") ??
    generatorMisfit(generator, { shape: region.shape, dtype })
  );
}

function regionMisfit(region: SourceRegion, lengths: readonly number[]): Misfit {
  if (!isRecord(region) || !isText(region.of)) return "its region is part of nothing";
  const { shape, starts, axes } = region;
  if (![shape, starts, axes].every((list) => isListOf(list, isCount))) {
    return "its region is no lists of positions";
  }
  const areAscending = axes.every((axis, i) => axis < shape.length && axis > (axes[i - 1] ?? -1));
  if (!areAscending || axes.length !== lengths.length) return "its region has other axes";
  const isInside =
    starts.length === shape.length &&
    starts.every((start, axis) => {
      const own = axes.indexOf(axis);
      return start + (own < 0 ? 1 : (lengths[own] as number)) <= (shape[axis] as number);
    });
  return isInside ? undefined : "its region is not inside its array";
}

interface Made {
  readonly shape: readonly number[];
  readonly dtype: SourceLayer["dtype"];
}

function generatorMisfit(generator: SourceGenerator, made: Made): Misfit {
  switch (generator.type) {
    case "uniform": {
      const { seed, low, high } = generator;
      return areNumbers(seed, low, high) ? undefined : "its bounds are no numbers";
    }
    case "draw":
      return drawMisfit(generator.draw);
    case "listDraw":
      return isRecord(generator.draw) &&
        typeof generator.draw.name === "string" &&
        areNumbers(generator.seed)
        ? undefined
        : "it draws from no distribution";
    case "full":
      return isScalar(generator.value) ? undefined : `its value is ${shown(generator.value)}`;
    case "arange": {
      if (made.shape.length !== 1) return `a range has one axis, and it has ${made.shape.length}`;
      const { start, step } = generator;
      return [start, step].every(isStep) ? undefined : "its range has no start or step";
    }
    case "linspace":
      return linspaceMisfit(generator, made.shape);
    case "eye":
      if (made.shape.length !== 2)
        return `a diagonal has two axes, and it has ${made.shape.length}`;
      return Number.isSafeInteger(generator.offset)
        ? undefined
        : `its diagonal is ${shown(generator.offset)}`;
    case "data":
      return dataMisfit(generator.data, made);
    case "held":
      return typeof generator.address === "string" ? undefined : "it says no address";
    case "npy":
    case "deflated":
      return fileMisfit(generator);
    case "zarr":
      return typeof generator.location === "string" &&
        isRecord(generator.document) &&
        areNumbers(generator.timeoutMs, generator.opened)
        ? undefined
        : "it names no Zarr array";
    case "hdf5":
      return areTexts(generator.path, generator.version, generator.dataset)
        ? undefined
        : "it names no dataset of a file";
    case "images":
      return isListOf(generator.paths, isText) &&
        isListOf(generator.versions, isText) &&
        generator.paths.length === generator.versions.length
        ? undefined
        : "it names no files of images";
    case "geotiff":
      return areTexts(generator.location, generator.version) &&
        isCount(generator.image) &&
        areNumbers(generator.timeoutMs)
        ? undefined
        : "it names no image of a file";
    default:
      return `there is no generator ${shown((generator as SourceGenerator).type)}`;
  }
}

function areTexts(...values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === "string");
}

function areNumbers(...values: readonly unknown[]): boolean {
  return values.every(isNumber);
}

function isStep(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

function linspaceMisfit(
  { start, stop, count, endpoint }: SourceGenerator & { type: "linspace" },
  shape: readonly number[],
): Misfit {
  if (!areNumbers(start, stop) || typeof endpoint !== "boolean") return "its ends are no numbers";
  // Slices of it count from the same start.
  if (!isCount(count)) return `it has ${shown(count)} numbers`;
  if (shape.length !== 1) return `evenly spaced numbers have one axis, and it has ${shape.length}`;
  return (shape[0] as number) <= count
    ? undefined
    : `it has ${count} numbers for ${shape[0]} elements`;
}

function drawMisfit(draw: Draw): Misfit {
  if (!isRecord(draw)) return "it draws from no distribution";
  const { distribution, seed, parameters } = draw;
  if (typeof distribution !== "string" || !Object.hasOwn(DISTRIBUTIONS, distribution)) {
    return `there is no distribution ${shown(distribution)}`;
  }
  const wanted = Object.keys(DISTRIBUTIONS[distribution].parameters).length;
  const hasParameters = isListOf(parameters, isNumber) && parameters.length === wanted;
  if (!hasParameters || !areNumbers(seed))
    return `${distribution} has ${wanted} numbers for parameters`;
  return undefined;
}

function dataMisfit(data: unknown, { shape, dtype }: Made): Misfit {
  if (!(data instanceof DTYPES[dtype].array)) return `its data is not ${dtype}`;
  const wanted = sizeOf(shape) * partsOf(dtype);
  return data.length === wanted
    ? undefined
    : `its data has ${data.length} elements in place of ${wanted}`;
}

function fileMisfit(generator: SourceGenerator & { type: "npy" | "deflated" }): Misfit {
  if (typeof generator.path !== "string") return "it names no file";
  if (!isCount(generator.byteOffset))
    return `its elements begin at byte ${shown(generator.byteOffset)}`;
  if (generator.type === "npy") {
    const { timeoutMs, stored } = generator;
    if (timeoutMs !== undefined && !isNumber(timeoutMs)) return "its time limit is no number";
    return storedMisfit(stored);
  }
  const { dataStart, compressedBytes, inflatedBytes, checksum } = generator;
  return [dataStart, compressedBytes, inflatedBytes, checksum].every(isCount)
    ? undefined
    : "it names no bytes of its file";
}

function storedMisfit(stored: unknown): Misfit {
  if (stored === undefined) return undefined;
  if (!isRecord(stored) || typeof stored.entry !== "string") return "it names no part of its file";
  return [stored.dataStart, stored.bytes, stored.checksum].every(isCount)
    ? undefined
    : "it names no bytes of its file";
}
