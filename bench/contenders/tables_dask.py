"""The same jobs by Dask's data frame, on two processes: `tables_dask.py FOLDER group|join|sort`."""
import importlib.util
import sys

import dask.dataframe as dd
from contender import serve_on_dask

folder, what = sys.argv[1:]
if what != "group" and importlib.util.find_spec("pyarrow") is None:
    sys.exit("Dask reads no Parquet here: pyarrow is not installed")


def group(_client):
    return f"{len(dd.read_csv(f'{folder}/rows.csv').groupby('category').size().compute())} groups"


def join(_client):
    rows, keys = dd.read_parquet(f"{folder}/rows.parquet"), dd.read_parquet(f"{folder}/keys.parquet")
    return f"{len(rows.merge(keys, on='key'))} rows"


def sort(_client):
    rows = dd.read_parquet(f"{folder}/rows.parquet")[["key", "price"]]
    return f"{len(rows.sort_values('price').persist())} rows"


if __name__ == "__main__":
    serve_on_dask("cluster", {"group": group, "join": join, "sort": sort}[what])
