"""A rechunk and a sum on Dask's threads or a Dask cluster:
rechunk_dask.py threads|cluster SIZE HEIGHT ACROSS WIDTH, from (HEIGHT, ACROSS) to (SIZE, WIDTH)."""
import sys

import dask.array as da
from contender import serve_on_dask

where, (size, height, across, width) = sys.argv[1], map(int, sys.argv[2:6])


def received(dask_worker):
    log = list(dask_worker.transfer_incoming_log)
    dask_worker.transfer_incoming_log.clear()
    return sum(entry["total"] for entry in log)


def job(client):
    x = da.random.random((size, size), chunks=(height, across))
    total = x.rechunk((size, width)).sum().compute()
    assert abs(total / size**2 - 0.5) < 0.01, total
    if client is None:
        return "0 MB moved"
    return lambda: f"{sum(client.run(received).values()) / 1e6:.0f} MB moved"


if __name__ == "__main__":
    serve_on_dask(where, job)
