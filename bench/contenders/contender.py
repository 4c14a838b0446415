"""The Python side of side-by-side.mjs: answers each line with the time of one run."""
import json
import sys
import time


def serve(job):
    print("ready", flush=True)
    for _line in sys.stdin:
        start = time.perf_counter()
        job()
        print(json.dumps({"seconds": time.perf_counter() - start}), flush=True)
