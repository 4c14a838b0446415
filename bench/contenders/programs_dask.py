"""The programs of bench/programs.mjs on Dask's threads: programs_dask.py NAME [DIVISOR], which divides sizes."""
import sys

import dask.array as da
import numpy as np
from contender import serve_on_dask

name = sys.argv[1]
divisor = float(sys.argv[2]) if len(sys.argv) > 2 else 1


def scaled(length):
    return round(length / divisor)


def square(size, chunk):
    return da.random.random((scaled(size), scaled(size)), chunks=(scaled(chunk), scaled(chunk)))


def headline():
    x = square(10_000, 1_000)
    return (x + x.T).mean(), 1


def fused():
    x = square(8_000, 1_000)
    return (da.sin(x) ** 2 + da.cos(x) ** 2).sum() / scaled(8_000) ** 2, 1


def std():
    return square(8_000, 1_000).std(axis=0).mean(), (1 / 12) ** 0.5


def arithmetic():
    a, b, c, d = (square(5_000, 1_000) for _ in range(4))
    return (a + b * c - d).max(), 1.9


def matmul():
    return (square(3_000, 1_000) @ square(3_000, 1_000)).mean() / scaled(3_000), 0.25


def rechunk():
    return square(6_000, 1_000).rechunk((scaled(6_000), scaled(200))).max(axis=0).mean(), 1


def cumsum():
    return square(5_000, 1_000).cumsum(axis=0).max() / scaled(5_000), 0.53


def vector():
    return da.random.random(scaled(1e7), chunks=scaled(1e6))


class Whole:
    """Dask cannot sort, and its percentiles are approximate: NumPy on all of it."""

    def __init__(self, job):
        self.job = job

    def compute(self):
        return self.job(np.random.default_rng().random(scaled(1e7)))


def sort():
    return Whole(lambda x: np.sort(x).mean()), 0.5


def percentile():
    return Whole(lambda x: np.percentile(x, 90)), 0.9


def fft():
    x = da.random.random((scaled(4_000), 2_048), chunks=(scaled(250), 2_048))
    return abs(da.fft.fft(x)).max() / 2_048, 0.5


def svd():
    x = da.random.random((scaled(50_000), 200), chunks=(scaled(5_000), 200))
    return da.linalg.svd_compressed(x, 10)[1].max() / (scaled(50_000) * 200) ** 0.5, 0.5


def smoothed(x):
    out = x.copy()
    inner = x[1:-1, 1:-1]
    out[1:-1, 1:-1] = (inner + x[1:-1, :-2] + x[1:-1, 2:] + x[:-2, 1:-1] + x[2:, 1:-1]) / 5
    return out


def stencil():
    return square(5_000, 1_000).map_overlap(smoothed, depth=1, boundary="reflect").mean(), 0.5


def normal():
    size, chunk = scaled(6_000), scaled(1_000)
    return da.random.default_rng().standard_normal((size, size), chunks=chunk).std() if hasattr(
        da.random, "default_rng"
    ) else da.random.standard_normal((size, size), chunks=chunk).std(), 1


def job(_client):
    program, expected = globals()[name]()
    value = float(program.compute())
    assert abs(value - expected) < 0.1, (name, value, expected)


if __name__ == "__main__":
    serve_on_dask("threads", job)
