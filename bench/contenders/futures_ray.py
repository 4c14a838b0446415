"""Calls through two Ray processes, written in one way or another: answers each line, the name of a case and a number of
calls, with the time that they took."""
import json
import sys
import time

import ray


def increase(x):
    return x + 1


def add(a, b):
    return a + b


def sum_to(count):
    return count * (count + 1) // 2


def check(value, expected):
    assert value == expected, (value, expected)


def run(case, count):
    """The seconds that a case takes, but for what has to be there beforehand."""
    inc, plus = ray.remote(increase), ray.remote(add)
    before = []
    if case == "on one":
        before = [inc.remote(0)]
    elif case in ("on a map's", "on a submit's"):
        before = [inc.remote(k) for k in range(count)]
    ray.get(before)
    start = time.perf_counter()
    calls = []
    if case in ("map", "independent"):
        calls = [inc.remote(k) for k in range(count)]
    elif case == "inline":
        calls = [ray.remote(lambda x: x + 1).remote(k) for k in range(count)]
    elif case == "capturing":
        calls = [ray.remote(lambda x, k=k: x + k).remote(1) for k in range(count)]
    elif case == "on one":
        calls = [plus.remote(before[0], k) for k in range(count)]
    elif before:
        calls = [inc.remote(each) for each in before]
    elif case == "chain":
        last = inc.remote(0)
        for _ in range(count - 1):
            last = inc.remote(last)
        check(ray.get(last), count)
    elif case == "tree":
        level = [inc.remote(k) for k in range(count)]
        while len(level) > 1:
            level = [plus.remote(a, b) for a, b in zip(level[::2], level[1::2])]
        check(ray.get(level[0]), sum_to(count))
    else:
        return None
    if calls:
        more = count if case in ("on a map's", "on a submit's") else 0
        check(sum(ray.get(calls)), sum_to(count) + more)
    return time.perf_counter() - start


if __name__ == "__main__":
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="error")
    print("ready", flush=True)
    for line in sys.stdin:
        case, count = line.strip().split("/")
        print(json.dumps({"seconds": run(case, int(count))}), flush=True)
    ray.shutdown()
