"""Computes programs of differential.test.ts with NumPy.

Reads JSON lines from stdin, a program each: a list of steps, where a step makes one array of earlier
ones. Writes a line for each: what every step gave, as dtype, shape and flat values.
"""
import json
import sys
import warnings

import numpy as np

warnings.simplefilter("ignore")


def value_of(v):
    if isinstance(v, dict):
        return complex(value_of(v["re"]), value_of(v["im"]))
    return {"nan": np.nan, "inf": np.inf, "-inf": -np.inf, "-0": -0.0}.get(v, v) if isinstance(v, str) else v


def entry_of(entry):
    if entry == "...":
        return Ellipsis
    if entry == "new":
        return None
    if isinstance(entry, dict):
        return slice(*entry["slice"])
    return np.asarray(entry) if isinstance(entry, list) else entry


def key_of(entries):
    return tuple(entry_of(entry) for entry in entries)


def changed(x, key, value):
    result = x.copy()
    result[key] = value
    return result


def with_lists(x, axis, at):
    return np.take(x, np.asarray(at, dtype=np.int64), axis=axis)


SPECIAL = {
    "make": lambda args: np.asarray([value_of(v) for v in args["values"]])
    .astype(args["dtype"])
    .reshape(args["shape"]),
    "astype": lambda args, x: x.astype(args["dtype"]),
    "slice": lambda args, x: x[key_of(args["key"])],
    "set": lambda args, x: changed(x, key_of(args["key"]), args["value"]),
    "maskedSet": lambda args, x, m: changed(x, m, args["value"]),
    "scalar": lambda args, x: getattr(np, NAMES.get(args["name"], args["name"]))(x, value_of(args["value"])),
    "reduce": lambda args, x: getattr(np, args["name"])(
        x, axis=axis_of(args["axis"]), keepdims=args["keepdims"]
    ),
    "position": lambda args, x: getattr(np, args["name"])(x, axis=args["axis"]),
    "reshape": lambda args, x: np.reshape(x, args["shape"]),
    "transpose": lambda args, x: np.transpose(x, args["axes"]),
    "moveaxis": lambda args, x: np.moveaxis(x, args["source"], args["destination"]),
    "expandDims": lambda args, x: np.expand_dims(x, args["axis"]),
    "squeeze": lambda args, x: np.squeeze(x),
    "flip": lambda args, x: np.flip(x, axis_of(args["axis"])),
    "roll": lambda args, x: np.roll(x, args["shift"], args["axis"]),
    "broadcastTo": lambda args, x: np.broadcast_to(x, args["shape"]),
    "repeat": lambda args, x: np.repeat(x, args["repeats"], args["axis"]),
    "tile": lambda args, x: np.tile(x, args["repetitions"]),
    "concat": lambda args, *xs: np.concatenate(xs, axis=args["axis"]),
    "stack": lambda args, *xs: np.stack(xs, axis=args["axis"]),
    "take": lambda args, x: with_lists(x, args["axis"], args["at"]),
    "takeAlongSorted": lambda args, x: np.take_along_axis(
        x, np.argsort(x, axis=args["axis"], kind="stable"), axis=args["axis"]
    ),
    "rot90": lambda args, x: np.rot90(x, args["k"]),
    "median": lambda args, x: np.median(x, axis=args["axis"]),
    "deleteAt": lambda args, x: np.delete(x, args["at"], axis=args["axis"]),
    "insert": lambda args, x: np.insert(x, args["at"], 1, axis=args["axis"]),
    "kron": lambda args, x, y: np.kron(x, y),
    "tril": lambda args, x: np.tril(x, args["k"]),
    "triu": lambda args, x: np.triu(x, args["k"]),
    "pad": lambda args, x: np.pad(x, args["width"], args["mode"]),
    "diff": lambda args, x: np.diff(x, axis=args["axis"], n=args["n"]),
    "cumulativeSum": lambda args, x: np.cumsum(x, axis=args["axis"]),
    "cumulativeProd": lambda args, x: np.cumprod(x, axis=args["axis"]),
    "sort": lambda args, x: np.sort(x, axis=args["axis"], kind="stable"),
    "argsort": lambda args, x: np.argsort(x, axis=args["axis"], kind="stable"),
    "searchsorted": lambda args, x, y: np.searchsorted(np.sort(x.ravel()), y, args["side"]),
    "isin": lambda args, x, y: np.isin(x, y),
    "clip": lambda args, x: np.clip(x, args["min"], args["max"]),
    "diagonal": lambda args, x: np.diagonal(x, args["k"]),
    "countNonzero": lambda args, x: np.count_nonzero(x, axis=axis_of(args["axis"])),
    "matmul": lambda args, x, y: np.matmul(x, y),
    "tensordot": lambda args, x, y: np.tensordot(x, y, args["axes"]),
    "where": lambda args, c, x, y: np.where(c, x, y),
    "ptp": lambda args, x: np.ptp(x, axis=args["axis"]),
    "matrixTranspose": lambda args, x: np.swapaxes(x, -1, -2),
}

NAMES = {
    "abs": "absolute",
    "bitwiseAnd": "bitwise_and",
    "bitwiseOr": "bitwise_or",
    "bitwiseXor": "bitwise_xor",
    "bitwiseInvert": "invert",
    "floorDivide": "floor_divide",
    "greaterEqual": "greater_equal",
    "lessEqual": "less_equal",
    "logicalAnd": "logical_and",
    "logicalNot": "logical_not",
    "logicalOr": "logical_or",
    "logicalXor": "logical_xor",
    "notEqual": "not_equal",
    "atan2": "arctan2",
    "pow": "power",
    "round": "rint",
    "conj": "conjugate",
}


def axis_of(axis):
    return tuple(axis) if isinstance(axis, list) else axis


def text_of(value):
    if isinstance(value, complex):
        return [text_of(value.real), text_of(value.imag)]
    if isinstance(value, bool):
        return int(value)
    return str(value) if isinstance(value, int) or value != value or value in (np.inf, -np.inf) else value


def run(program):
    arrays = []
    for step in program:
        args, inputs = step.get("args", {}), [arrays[i] for i in step.get("inputs", [])]
        op = step["op"]
        try:
            if op in SPECIAL:
                result = SPECIAL[op](args, *inputs)
            else:
                result = getattr(np, NAMES.get(op, op))(*inputs)
        except Exception as error:
            return {"error": f"NumPy refuses {json.dumps(step)}: {error}"}
        arrays.append(np.asarray(result))
    return [
        {"dtype": str(x.dtype), "shape": x.shape, "values": [text_of(v) for v in x.ravel().tolist()]}
        for x in arrays
    ]


for line in sys.stdin:
    print(json.dumps(run(json.loads(line))))
