"""(x + x.T).mean() on Dask's threads or a Dask cluster: headline_dask.py threads|cluster SIZE CHUNK."""
import sys

import dask
import dask.array as da
from contender import serve

where, size, chunk = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


def job():
    x = da.random.random((size, size), chunks=(chunk, chunk))
    mean = (x + x.T).mean().compute()
    assert abs(mean - 1) < 0.01, mean


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
