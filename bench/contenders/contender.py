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


def serve_on_dask(where, job):
    """Serves `job(client)` on a cluster of two Dask processes, or `job(None)` on two Dask threads."""
    if where == "cluster":
        from dask.distributed import Client, LocalCluster

        with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
            with Client(cluster) as client:
                serve(lambda: job(client))
    else:
        import dask

        dask.config.set(scheduler="threads", num_workers=2)
        serve(lambda: job(None))
