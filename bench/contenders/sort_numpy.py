"""A sort or a median of one vector: sort_numpy.py sort|median LENGTH."""
import sys

import numpy as np
from contender import serve

what, length = sys.argv[1], int(sys.argv[2])


def job():
    x = np.random.default_rng().random(length)
    value = np.sort(x).mean() if what == "sort" else np.median(x)
    assert abs(value - 0.5) < 0.01, value
    return what


if __name__ == "__main__":
    serve(job)
