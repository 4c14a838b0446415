"""(x + x.T).mean() on Dask's threads or a Dask cluster: headline_dask.py threads|cluster SIZE CHUNK."""
import sys

import dask.array as da
from contender import serve_on_dask

where, size, chunk = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


def job(_client):
    x = da.random.random((size, size), chunks=(chunk, chunk))
    mean = (x + x.T).mean().compute()
    assert abs(mean - 1) < 0.01, mean


if __name__ == "__main__":
    serve_on_dask(where, job)
