"""The Python side of side-by-side.mjs: answers each line with the time of one run."""
import json
import sys
import time


def serve(job):
    """Serves runs until standard input ends; what `job` returns, or what that returns when it is
    called afterwards, untimed, is shown beside the time."""
    print("ready", flush=True)
    for _line in sys.stdin:
        start = time.perf_counter()
        note = job()
        seconds = time.perf_counter() - start
        print(json.dumps({"seconds": seconds, "note": note() if callable(note) else note}), flush=True)
