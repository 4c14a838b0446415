"""Calls through two Dask processes, written in one way or another: answers each line, the name of a case and a number
of calls, with the time that they took."""
import json
import sys
import time


def increase(x):
    return x + 1


def add(a, b):
    return a + b


def sum_to(count):
    return count * (count + 1) // 2


def check(value, expected):
    assert value == expected, (value, expected)


def run(client, case, count):
    """The seconds that a case takes, but for what has to be there beforehand."""
    before = []
    if case == "on one":
        before = [client.submit(increase, 0, pure=False)]
    elif case in ("on a map's", "on a submit's"):
        before = client.map(increase, range(count), pure=False)
    client.gather(before)
    start = time.perf_counter()
    calls = []
    if case == "map":
        calls = client.map(increase, range(count), pure=False)
    elif case == "independent":
        calls = [client.submit(increase, k, pure=False) for k in range(count)]
    elif case == "inline":
        calls = [client.submit(lambda x: x + 1, k, pure=False) for k in range(count)]
    elif case == "capturing":
        calls = [client.submit(lambda x, k=k: x + k, 1, pure=False) for k in range(count)]
    elif case == "on one":
        calls = [client.submit(add, before[0], k, pure=False) for k in range(count)]
    elif before:
        calls = [client.submit(increase, each, pure=False) for each in before]
    elif case == "chain":
        last = client.submit(increase, 0, pure=False)
        for _ in range(count - 1):
            last = client.submit(increase, last, pure=False)
        check(last.result(), count)
    elif case == "tree":
        level = [client.submit(increase, k, pure=False) for k in range(count)]
        while len(level) > 1:
            pairs = zip(level[::2], level[1::2])
            level = [client.submit(add, a, b, pure=False) for a, b in pairs]
        check(level[0].result(), sum_to(count))
    else:
        return None
    if calls:
        more = count if case in ("on a map's", "on a submit's") else 0
        check(sum(client.gather(calls)), sum_to(count) + more)
    return time.perf_counter() - start


if __name__ == "__main__":
    from dask.distributed import Client, LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        with Client(cluster) as client:
            print("ready", flush=True)
            for line in sys.stdin:
                case, count = line.strip().split("/")
                print(json.dumps({"seconds": run(client, case, int(count))}), flush=True)
