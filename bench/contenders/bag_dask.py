"""Dask's bag on two processes, which stay: bag_dask.py sum, or bag_dask.py words DIRECTORY."""
import sys
from concurrent.futures import ProcessPoolExecutor

import dask
import dask.bag as db
from contender import serve

def double(n):
    return 2 * n + 1


def is_third(n):
    return n % 3 == 0


def second(pair):
    return pair[1]


def total():
    bag = db.range(1_000_000, npartitions=20).map(double).filter(is_third)
    return f"sum {bag.sum().compute()}"


def words():
    lines = db.read_text(f"{sys.argv[2]}/*.txt.gz")
    top = lines.map(str.split).flatten().frequencies().topk(10, key=second).compute()
    return f"{top[0][0]} {top[0][1]}"


if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        dask.config.set(scheduler="processes", pool=pool)
        serve(total if sys.argv[1] == "sum" else words)
