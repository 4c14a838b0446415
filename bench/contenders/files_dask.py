"""A job on a file with Dask: files_dask.py mean|climatology|anomalies|point|twice FILE [WIDTH]."""
import sys

import dask
import dask.array as da
import numcodecs
import numpy as np
from contender import serve

job, path, width = sys.argv[1], sys.argv[2], sys.argv[3]
dask.config.set(scheduler="threads", num_workers=2)


def array():
    if path.endswith(".npy"):
        return da.from_array(np.load(path, mmap_mode="r"), chunks=(365, 45, int(width or -1)))
    return da.from_zarr(path)


def run():
    x = array()
    months = np.minimum((np.arange(x.shape[0]) % 365) / 30.5, 11).astype(int)
    if job == "mean":
        return str(x.mean().compute())
    if job == "twice":
        lz4 = numcodecs.Blosc(cname="lz4", clevel=5, shuffle=1)
        (x * 2).to_zarr(f"{path}-twice-dask", overwrite=True, compressor=lz4)
        return ""
    if job == "point":
        return str(x[:, 20, 40].mean().compute())
    clim = da.stack([x[months == month].mean(axis=0) for month in range(12)])
    if job == "climatology":
        return str(clim.compute()[0, 0, 0])
    return str((x - clim[months]).std().compute())


if __name__ == "__main__":
    serve(run)
