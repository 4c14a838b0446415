"""A rechunk and a sum on Dask's threads or a Dask cluster:
rechunk_dask.py threads|cluster SIZE HEIGHT ACROSS WIDTH, from (HEIGHT, ACROSS) to (SIZE, WIDTH)."""
import sys

import dask
import dask.array as da
from contender import serve

where, (size, height, across, width) = sys.argv[1], map(int, sys.argv[2:6])
client = None


def received(dask_worker):
    log = list(dask_worker.transfer_incoming_log)
    dask_worker.transfer_incoming_log.clear()
    return sum(entry["total"] for entry in log)


def job():
    x = da.random.random((size, size), chunks=(height, across))
    total = x.rechunk((size, width)).sum().compute()
    assert abs(total / size**2 - 0.5) < 0.01, total
    if client is None:
        return "0 MB moved"
    return lambda: f"{sum(client.run(received).values()) / 1e6:.0f} MB moved"


if __name__ == "__main__":
    if where == "cluster":
        from dask.distributed import Client, LocalCluster

        cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
        client = Client(cluster)
        serve(job)
        client.close()
        cluster.close()
    else:
        dask.config.set(scheduler="threads", num_workers=2)
        serve(job)
