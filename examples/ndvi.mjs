// How green a scene is: the vegetation index of two GeoTIFF bands, from their overviews.
// node examples/ndvi.mjs RED INFRARED [OVERVIEW]: files, or addresses of such.
import { fromGeoTiff } from "tilework";

const [red, infrared, overview = "1"] = process.argv.slice(2);
const read = async (place) => {
  const image = await fromGeoTiff(place, { overview: Number(overview) });
  return image.slice(0).astype("float32");
};
const [r, nir] = await Promise.all([read(red), read(infrared)]);
const ndvi = nir.subtract(r).divide(nir.add(r));

const green = ndvi.greater(0.3).astype("float64").mean();
console.log(`${ndvi.shape.join(" × ")} pixels, NDVI ${(await ndvi.mean().compute()).toFixed(3)}`);
console.log(`${(100 * (await green.compute())).toFixed(1)} % are above 0.3`);
