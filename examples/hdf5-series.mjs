// Weekly means at one place, out of an HDF5 or NetCDF 4 file of days.
// node examples/hdf5-series.mjs FILE DATASET ROW COLUMN
import { fromHdf5, resample } from "tilework";

const [file, dataset, row, column] = process.argv.slice(2);
const days = await fromHdf5(file, { dataset });
const series = days.slice(":", Number(row), Number(column));

const first = Date.UTC(2024, 0, 1);
const dates = Array.from({ length: series.shape[0] }, (_, day) => first + day * 86_400_000);
const weeks = resample(series, dates, "7d");
const { data: means } = await weeks.mean().compute();
const { units = "" } = days.attributes;
for (const [at, week] of weeks.labels.entries()) {
  console.log(`${week}  ${means[at].toFixed(2)} ${units}`);
}
