"""Computes programs of differential.test.ts with NumPy.

Reads JSON lines from stdin, a program each: a list of steps, where a step makes one array of earlier
ones. Writes a line for each: what every step gave, as dtype, shape and flat values.
"""
import functools
import json
import sys
import warnings

import numpy as np

warnings.simplefilter("ignore")

BY_DTYPE = int(np.__version__.split(".")[0]) >= 2
"""Whether NumPy promotes by dtypes alone; earlier versions look at values of scalars and arrays without axes."""


def met(*arrays):
    """The arrays in the dtype where theirs meet."""
    if BY_DTYPE:
        return arrays
    dtype = functools.reduce(np.promote_types, [x.dtype for x in arrays])
    return [x.astype(dtype) for x in arrays]


def bent(value, x):
    """A number as it meets an array: in the array's dtype."""
    return value if BY_DTYPE or value is None else np.asarray(value).astype(x.dtype)


def compared(name, x, y):
    """A comparison; of signed and unsigned integers exact, which earlier versions make floats of."""
    if not BY_DTYPE and {x.dtype.kind, y.dtype.kind} == {"i", "u"}:
        x, y = x.astype(object), y.astype(object)
        return np.asarray(getattr(np, name)(x, y)).astype(bool)
    return getattr(np, name)(*met(x, y))


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


def quantile(x, q, axis):
    """A quantile; of float32 earlier versions make float64."""
    result = np.quantile(x, q, axis=axis)
    return result.astype(x.dtype) if x.dtype == np.float32 else result


def largest(x, k, axis):
    """The k largest of each lane, the largest first; NaN counts as larger than numbers."""
    ordered = np.flip(np.sort(x, axis=axis), axis=axis)
    return np.take(ordered, np.arange(min(k, x.shape[axis])), axis=axis)


SPECIAL = {
    "make": lambda args: np.asarray([value_of(v) for v in args["values"]])
    .astype(args["dtype"])
    .reshape(args["shape"]),
    "astype": lambda args, x: x.astype(args["dtype"]),
    "slice": lambda args, x: x[key_of(args["key"])],
    "set": lambda args, x: changed(x, key_of(args["key"]), args["value"]),
    "maskedSet": lambda args, x, m: changed(x, m, args["value"]),
    "scalar": lambda args, x: getattr(np, NAMES.get(args["name"], args["name"]))(
        x, bent(value_of(args["value"]), x)
    ),
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
    "kron": lambda args, x, y: np.kron(*met(x, y)),
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
    "clip": lambda args, x: np.clip(x, bent(args["min"], x), bent(args["max"], x)),
    "diagonal": lambda args, x: np.diagonal(x, args["k"]),
    "countNonzero": lambda args, x: np.count_nonzero(x, axis=axis_of(args["axis"])),
    "matmul": lambda args, x, y: np.matmul(*met(x, y)),
    "tensordot": lambda args, x, y: np.tensordot(*met(x, y), args["axes"]),
    "where": lambda args, c, x, y: np.where(c, *met(x, y)),
    "ptp": lambda args, x: np.ptp(x, axis=args["axis"]),
    "matrixTranspose": lambda args, x: np.swapaxes(x, -1, -2),
    "nanreduce": lambda args, x: getattr(np, args["name"])(x, axis=args["axis"]),
    "quantile": lambda args, x: quantile(x, float(args["q"]), args["axis"]),
    "topk": lambda args, x: largest(x, args["k"], args["axis"]),
    "histogram": lambda args, x: np.histogram(x, args["edges"])[0],
    "digitize": lambda args, x: np.digitize(x, args["edges"], args["right"]),
    "interp": lambda args, x: np.interp(x, args["xp"], args["fp"]),
    "trapezoid": lambda args, x: getattr(np, "trapezoid" if BY_DTYPE else "trapz")(x, axis=args["axis"]),
    "convolve": lambda args, x: np.convolve(x, np.asarray(args["kernel"]).astype(x.dtype), args["mode"]),
    "slidingWindow": lambda args, x: np.lib.stride_tricks.sliding_window_view(x, args["size"], args["axis"]),
    "shuffle": lambda args, x: with_lists(x, args["axis"], [at for group in args["groups"] for at in group]),
    "swapaxes": lambda args, x: np.swapaxes(x, args["a"], args["b"]),
    "trace": lambda args, x: np.trace(x, args["k"]),
    "runningFlat": lambda args, x: np.cumsum(x),
    "outer": lambda args, x, y: np.outer(*met(x, y)),
    "fft": lambda args, x: np.fft.fft(x, axis=args["axis"]),
    "elements": lambda args, x: np.where(x > 0, x + bent(1, x), -x),
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


COMPARISONS = ("equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual")


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
            elif op in COMPARISONS:
                result = compared(NAMES.get(op, op), *inputs)
            else:
                result = getattr(np, NAMES.get(op, op))(*(met(*inputs) if len(inputs) > 1 else inputs))
        except Exception as error:
            return {"error": f"NumPy refuses {json.dumps(step)}: {error}"}
        arrays.append(np.asarray(result))
    return [
        {"dtype": str(x.dtype), "shape": x.shape, "values": [text_of(v) for v in x.ravel().tolist()]}
        for x in arrays
    ]


for line in sys.stdin:
    print(json.dumps(run(json.loads(line))))
