// Monthly means of a Zarr store, and how far each day is from its month's mean, into a new store.
// node examples/climatology.mjs STORE RESULT: the store has arrays `t` and `time`, the latter in
// milliseconds since 1970.
import { fromZarr, groupBy, toZarrGroup } from "tilework";

const [store, result] = process.argv.slice(2);
const t = await fromZarr(`${store}/t`);
const { data: dates } = await fromZarr(`${store}/time`).then((time) => time.compute());

const months = groupBy(t, Array.from(dates), { by: "month", skipNaN: true });
const climatology = months.mean();
const anomalies = months.subtract(climatology);
await toZarrGroup(result, { arrays: { climatology, anomalies } });

const { data: spread } = await months.std().mean([1, 2]).compute();
for (const [at, month] of months.labels.entries()) {
  console.log(`month ${month}: std ${spread[at].toFixed(3)}`);
}
