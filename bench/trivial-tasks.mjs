// How many trivial tasks a second go through two workers, over ZeroMQ, results gathered to the
// client? node bench/trivial-tasks.mjs [tasks] [rounds] [ipc | tcp]
import { LocalCluster, zeros } from "tilework";

const tasks = Number(process.argv[2] ?? 100_000);
const rounds = Number(process.argv[3] ?? 5);

const transports = process.argv[4] === undefined ? ["ipc", "tcp"] : [process.argv[4]];

for (const transport of transports) {
  const cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1, transport });
  const rates = [];
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    // Each task adds to one element; a new constant each round, so that nothing is shared.
    const result = await zeros([tasks], { chunks: [1] })
      .add(round + 1)
      .compute();
    const seconds = (performance.now() - start) / 1000;
    if (result.data.some((value) => value !== round + 1)) throw new Error("wrong values");
    if (round > 0) rates.push(tasks / seconds); // the first round is the warm-up
  }
  await cluster.close();
  rates.sort((a, b) => a - b);
  console.log(
    `${tasks} tasks over ${transport}: best ${Math.round(rates.at(-1))}/s, ` +
      `median ${Math.round(rates[rates.length >> 1])}/s`,
  );
}
