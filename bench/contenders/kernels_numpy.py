"""Nanoseconds of processor time per element of NumPy's kernels, as JSON: kernels_numpy.py ROUNDS."""
import json
import os
import sys
import time

for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"
import numpy as np

rounds = int(sys.argv[1])
N = 1000
blocks = [np.random.rand(N, N) for _ in range(4)]
out = np.empty((N, N))
shorts = {kind: [(np.random.rand(N, N) * 100).astype(kind) for _ in range(2)] for kind in ("uint8", "int32")}
[bytes_x, bytes_y], [ints_x, ints_y] = shorts["uint8"], shorts["int32"]
generator = np.random.default_rng(1)

JOBS = {
    "copy x": lambda x, y, z, w: np.copyto(out, x),
    "random": lambda x, y, z, w: generator.random(out=out),
    "x.sum()": lambda x, y, z, w: x.sum(),
    "x.sum(0)": lambda x, y, z, w: x.sum(0),
    "x.sum(1)": lambda x, y, z, w: x.sum(1),
    "x.max()": lambda x, y, z, w: x.max(),
    "x.argmax()": lambda x, y, z, w: x.argmax(),
    "x.argmax(1)": lambda x, y, z, w: x.argmax(1),
    "x.std(0)": lambda x, y, z, w: x.std(0),
    "x.std(1)": lambda x, y, z, w: x.std(1),
    "(x + y.T).sum()": lambda x, y, z, w: (x + y.T).sum(),
    "a + b * c - d": lambda x, y, z, w: x + y * z - w,
    "x < y": lambda x, y, z, w: x < y,
    "sqrt(x)": lambda x, y, z, w: np.sqrt(x),
    "exp(x)": lambda x, y, z, w: np.exp(x),
    "log(x)": lambda x, y, z, w: np.log(x),
    "x ** y": lambda x, y, z, w: x**y,
    "log10(x)": lambda x, y, z, w: np.log10(x),
    "log1p(x)": lambda x, y, z, w: np.log1p(x),
    "expm1(x)": lambda x, y, z, w: np.expm1(x),
    "cosh(x)": lambda x, y, z, w: np.cosh(x),
    "sin(x)": lambda x, y, z, w: np.sin(x),
    "tan(x)": lambda x, y, z, w: np.tan(x),
    "tanh(x)": lambda x, y, z, w: np.tanh(x),
    "int32: x + y": lambda *_: ints_x + ints_y,
    "int32: x * y": lambda *_: ints_x * ints_y,
    "int32: x < y": lambda *_: ints_x < ints_y,
    "int32: x.sum()": lambda *_: ints_x.sum(),
    "int32: x.max()": lambda *_: ints_x.max(),
    "uint8: x + y": lambda *_: bytes_x + bytes_y,
    "uint8 as float64": lambda *_: bytes_x.astype("float64"),
    "int32 as float64": lambda *_: ints_x.astype("float64"),
    "float64 as int32": lambda x, y, z, w: x.astype("int32"),
    "(sin(x)**2 + cos(x)**2).sum()": lambda x, y, z, w: (np.sin(x) ** 2 + np.cos(x) ** 2).sum(),
}


def measure(job):
    best = float("inf")
    for turn in range(-3, rounds):
        operands = [blocks[(turn + i) % 4] for i in range(4)]
        start = time.process_time_ns()
        job(*operands)
        if turn >= 0:
            best = min(best, (time.process_time_ns() - start) / N**2)
    return best


print(json.dumps({name: measure(job) for name, job in JOBS.items()}))
