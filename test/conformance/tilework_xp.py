"""tilework as a Python module with the names of the array API standard, for the standard's test suite.

The library runs in one Node process (server.mjs); arrays here are names of arrays there. Python names
become the library's (snake_case to camelCase), keyword arguments its options. Nothing is computed or
corrected here: what the suite sees is what the library does. See README.md for how to run it.
"""
import atexit
import inspect
import json
import math
import os
import re
import struct
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

__version__ = "0"
__array_api_version__ = "2025.12"

CHUNKS = int(os.environ.get("TILEWORK_CHUNKS", "2"))
"""Length of chunks along each axis of every array that is made."""


class TileworkError(Exception):
    """An error that the library threw."""


class _Index(TileworkError, IndexError):
    pass


class _Value(TileworkError, ValueError):
    pass


class _Type(TileworkError, TypeError):
    pass


class _Axis(_Index, _Value):
    pass


_ERRORS = {"argument.index": _Index, "argument.dtype": _Type, "argument.axis": _Axis}


class _Node:
    """The Node process; started by the first request."""

    def __init__(self):
        self.process = None
        self.free = []

    def request(self, **message):
        if self.process is None:
            node = os.environ.get("NODE", "node")
            server = str(Path(__file__).with_name("server.mjs"))
            self.process = subprocess.Popen(
                [node, server], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            atexit.register(self.close)
        free, self.free = self.free, []
        data = json.dumps({**message, "free": free}).encode()
        self.process.stdin.write(struct.pack("<I", len(data)) + data)
        self.process.stdin.flush()
        head = json.loads(self._frame())
        if "error" in head:
            error = head["error"]
            kind = _ERRORS.get(error["code"], _Value if error["code"] else TileworkError)
            details = "" if error["code"] else "\n" + error["stack"]
            raise kind(f"{error['code']}: {error['message']}{details}")
        return (head["value"], self._frame()) if head["hasBytes"] else (head["value"], None)

    def _frame(self):
        (length,) = struct.unpack("<I", self._read(4))
        return self._read(length)

    def _read(self, count):
        data = self.process.stdout.read(count)
        if len(data) < count:
            raise TileworkError("the Node process ended")
        return data

    def close(self):
        self.process.stdin.close()
        self.process.wait()


_node = _Node()


class DType:
    """A data type; equal to itself only."""

    def __init__(self, name, code):
        self.name = name
        self.code = code  # how struct reads one part

    def __repr__(self):
        return f"tilework_xp.{self.name}"


_DTYPES = {
    name: DType(name, code)
    for name, code in {
        "bool": "?",
        "int8": "b",
        "int16": "h",
        "int32": "i",
        "int64": "q",
        "uint8": "B",
        "uint16": "H",
        "uint32": "I",
        "uint64": "Q",
        "float32": "f",
        "float64": "d",
        "complex64": "f",
        "complex128": "d",
    }.items()
}


def _encode(value):
    """A Python value as JSON; what JSON lacks is an object with a `$` that says what it is."""
    if value is None or isinstance(value, (bool_, str)):
        return value
    if isinstance(value, Array):
        return {"$": "array", "id": value._id}
    if isinstance(value, DType):
        return value.name
    if isinstance(value, int):
        return value if abs_(value) <= 2**53 else {"$": "bigint", "text": str(value)}
    if isinstance(value, float):
        return value if math.isfinite(value) else {"$": "number", "text": _js_number(value)}
    if isinstance(value, complex):
        return {"$": "complex", "re": _encode(value.real), "im": _encode(value.imag)}
    if isinstance(value, (list, tuple)):
        return [_encode(each) for each in value]
    if isinstance(value, dict):
        return {name: _encode(each) for name, each in value.items()}
    if isinstance(value, _BigInt):
        return {"$": "bigint", "text": str(value.value)}
    if isinstance(value, slice):
        parts = {"start": value.start, "stop": value.stop, "step": value.step}
        return {"$": "slice", **{k: None if v is None else v.__index__() for k, v in parts.items()}}
    if value is Ellipsis:
        return {"$": "ellipsis"}
    if hasattr(value, "__index__"):
        return _encode(value.__index__())
    raise TypeError(f"tilework cannot take a {type(value).__name__}: {value!r}")


def _js_number(value):
    text = "NaN" if math.isnan(value) else "Infinity"
    return text if math.copysign(1, value) > 0 else "-" + text


class _BigInt:
    """A whole number that goes over as a BigInt, however small."""

    def __init__(self, value):
        self.value = value


def _decode(value):
    if isinstance(value, list):
        return [_decode(each) for each in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("$")
    if kind == "array":
        return Array(value["id"], _DTYPES[value["dtype"]], tuple(value["shape"]))
    if kind == "bigint":
        return int(value["text"])
    if kind == "number":
        return float(value["text"].replace("Infinity", "inf"))
    if kind == "complex":
        return complex(_decode(value["re"]), _decode(value["im"]))
    return {name: _decode(each) for name, each in value.items()}


def _dtype_or(value):
    return _DTYPES.get(value, value) if isinstance(value, str) else value


def _ask(op, name, *args):
    return _decode(_node.request(op=op, name=name, args=[_encode(arg) for arg in args])[0])


class Array:
    """The name of an array in the Node process."""

    def __init__(self, id_, dtype, shape):
        self._id = id_
        self.dtype = dtype
        self.shape = shape
        self._values = None

    def __del__(self):
        _node.free.append(self._id)

    @property
    def ndim(self):
        return _ask("property", "ndim", self)

    @property
    def size(self):
        size = _ask("property", "size", self)
        return None if isinstance(size, float) and math.isnan(size) else size

    @property
    def device(self):
        return _ask("property", "device", self)

    @property
    def T(self):
        return _ask("property", "T", self)

    @property
    def mT(self):
        return _ask("property", "mT", self)

    def to_device(self, device, /, *, stream=None):
        return _method("toDevice", self, device, {"stream": stream})

    def __array_namespace__(self, /, *, api_version=None):
        if api_version not in (None, "2021.12", "2022.12", "2023.12", "2024.12", "2025.12"):
            raise ValueError(f"unknown version of the array API: {api_version}")
        return sys.modules[__name__]

    def __dlpack_device__(self, /):
        return (1, 0)  # main memory

    def __dlpack__(self, /, *, stream=None, max_version=None, dl_device=None, copy=None):
        # Values are computed to be exported; NumPy knows how to make a capsule of them.
        import numpy

        shape, values = self._computed()
        return numpy.asarray(values, dtype=self.dtype.name).reshape(shape).__dlpack__()

    def _computed(self):
        """The values, flat, and their shape."""
        if self._values is None:
            value, data = _node.request(op="compute", id=self._id)
            if data is None:
                self._values = ((), [_decode(value)])
            else:
                parts = memoryview(data).cast(self.dtype.code).tolist()
                if self.dtype.name.startswith("complex"):
                    parts = [complex(*pair) for pair in zip(parts[::2], parts[1::2])]
                    value["shape"].pop()  # the axis of the two parts
                self._values = (tuple(value["shape"]), parts)
        return self._values

    def _scalar(self):
        if self.ndim != 0:
            raise TypeError(f"an array of shape {self.shape} is no scalar")
        return self._computed()[1][0]

    def __bool__(self, /):
        return bool_(self._scalar())

    def __int__(self, /):
        return int(self._scalar())

    def __float__(self, /):
        return float(self._scalar())

    def __complex__(self, /):
        return complex(self._scalar())

    def __index__(self, /):
        if not isdtype(self.dtype, "integral"):
            raise TypeError(f"an array of {self.dtype.name} is no index")
        return self._scalar()

    def __repr__(self):
        shape, values = self._computed()
        return f"tilework.Array({values}, shape={shape}, dtype={self.dtype.name})"

    def __len__(self):
        if self.shape == ():
            raise TypeError("an array without axes has no length")
        return self.shape[0]

    def __iter__(self):
        return iter([self[i] for i in range(len(self))])

    def __getitem__(self, key, /):
        return _method("slice", self, *_key(key))

    def __setitem__(self, key, value, /):
        changed = _method("set", self, _key(key), value)
        if changed.dtype is not self.dtype or changed.shape != self.shape:
            raise TileworkError(f"set gave {changed.dtype} {changed.shape}")
        # The library's arrays never change; this name names the new one from now on.
        self._id, changed._id = changed._id, self._id
        self._values = None

    def __eq__(self, other, /):
        return _operate("equal", self, other)

    def __ne__(self, other, /):
        return _operate("notEqual", self, other)

    __hash__ = None


def _method(name, *args):
    if args and isinstance(args[-1], dict):
        options = {key: value for key, value in args[-1].items() if value is not None}
        args = (*args[:-1], options) if options else args[:-1]
    return _ask("method", name, *args)


def _operate(name, x, other):
    if not isinstance(other, (Array, bool_, int, float, complex)):
        return NotImplemented
    return _method(name, x, other)


def _key(key):
    entries = key if isinstance(key, tuple) else (key,)
    return [_NewAxis if entry is None else entry for entry in entries]


_NewAxis = {"$": "newaxis"}

_OPERATORS = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "divide",
    "floordiv": "floorDivide",
    "mod": "remainder",
    "pow": "pow",
    "matmul": "matmul",
    "and": "bitwiseAnd",
    "or": "bitwiseOr",
    "xor": "bitwiseXor",
    "lshift": "bitwiseLeftShift",
    "rshift": "bitwiseRightShift",
    "lt": "less",
    "le": "lessEqual",
    "gt": "greater",
    "ge": "greaterEqual",
}


def _install_operators():
    def binary(name):
        return lambda self, other, /: _operate(name, self, other)

    def reflected(name):
        return lambda self, other, /: _ask("call", name, other, self)

    def in_place(name):
        def change(self, other, /):
            result = _operate(name, self, other)
            if result is NotImplemented:
                return result
            if result.shape != self.shape:
                raise ValueError(f"{result.shape} does not fit into {self.shape} in place")
            self._id, result._id = result._id, self._id
            self.dtype, self._values = result.dtype, None
            return self

        return change

    for operator, name in _OPERATORS.items():
        setattr(Array, f"__{operator}__", binary(name))
        if operator not in ("lt", "le", "gt", "ge"):
            setattr(Array, f"__r{operator}__", reflected(name))
            setattr(Array, f"__i{operator}__", in_place(name))
    for operator, name in {
        "neg": "negative",
        "pos": "positive",
        "abs": "abs",
        "invert": "bitwiseInvert",
    }.items():
        setattr(Array, f"__{operator}__", lambda self, name=name: _method(name, self))


# What the standard says of each function's parameters. Before the bar: what the library takes in order.
# After it: what are options there.
_FUNCTIONS = """
all(x, /, *, axis=None | keepdims=False)
any(x, /, *, axis=None | keepdims=False)
argmax(x, /, *, axis=None | keepdims=False)
argmin(x, /, *, axis=None | keepdims=False)
argsort(x, /, * | axis=-1, descending=False, stable=True)
broadcast_arrays(*arrays |)
broadcast_shapes(*shapes |)
broadcast_to(x, /, shape |)
can_cast(from_, to, / |)
clip(x, /, min=None, max=None |)
concat(arrays, /, *, axis=0 |)
count_nonzero(x, /, *, axis=None | keepdims=False)
cumulative_prod(x, /, * | axis=None, dtype=None, include_initial=False)
cumulative_sum(x, /, * | axis=None, dtype=None, include_initial=False)
diff(x, /, * | axis=-1, n=1, prepend=None, append=None)
expand_dims(x, /, axis |)
flip(x, /, *, axis=None |)
from_dlpack(x, /, * | device=None, copy=None)
isdtype(dtype, kind |)
isin(x1, x2, /, * | invert=False)
matmul(x1, x2, / |)
matrix_transpose(x, / |)
max(x, /, *, axis=None | keepdims=False)
mean(x, /, *, axis=None | keepdims=False)
meshgrid(*arrays | indexing='xy')
min(x, /, *, axis=None | keepdims=False)
moveaxis(x, source, destination, / |)
nonzero(x, / |)
permute_dims(x, /, axes |)
prod(x, /, *, axis=None | dtype=None, keepdims=False)
reshape(x, /, shape, * | copy=None)
result_type(*arrays_and_dtypes |)
roll(x, /, shift, *, axis=None |)
searchsorted(x1, x2, /, * | side='left', sorter=None)
sort(x, /, * | axis=-1, descending=False, stable=True)
squeeze(x, /, axis |)
stack(arrays, /, *, axis=0 |)
std(x, /, *, axis=None | correction=0.0, keepdims=False)
sum(x, /, *, axis=None | dtype=None, keepdims=False)
take(x, indices, /, *, axis=None |)
take_along_axis(x, indices, /, *, axis=-1 |)
tensordot(x1, x2, /, *, axes=2 |)
tile(x, repetitions, / |)
tril(x, /, * | k=0)
triu(x, /, * | k=0)
unique_all(x, / |)
unique_counts(x, / |)
unique_inverse(x, / |)
unique_values(x, / |)
unstack(x, /, *, axis=0 |)
var(x, /, *, axis=None | correction=0.0, keepdims=False)
vecdot(x1, x2, /, * | axis=-1)
where(condition, x1, x2, / |)
"""

_UNARY = (
    "abs acos acosh asin asinh atan atanh bitwise_invert ceil conj cos cosh exp expm1 floor imag isfinite "
    "isinf isnan log log10 log1p log2 logical_not negative positive real reciprocal round sign signbit sin "
    "sinh sqrt square tan tanh trunc"
).split()
_BINARY = (
    "add atan2 bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor copysign divide equal "
    "floor_divide greater greater_equal hypot less less_equal logaddexp logical_and logical_or logical_xor "
    "maximum minimum multiply nextafter not_equal pow remainder subtract"
).split()

_LINALG = """
cholesky(x, /, * | upper=False)
cross(x1, x2, /, * | axis=-1)
det(x, / |)
diagonal(x, /, * | offset=0)
eig(x, / |)
eigh(x, / |)
eigvals(x, / |)
eigvalsh(x, / |)
inv(x, / |)
matmul(x1, x2, / |)
matrix_norm(x, /, * | keepdims=False, ord='fro')
matrix_power(x, n, / |)
matrix_rank(x, /, * | rtol=None)
matrix_transpose(x, / |)
outer(x1, x2, / |)
pinv(x, /, * | rtol=None)
qr(x, /, * | mode='reduced')
slogdet(x, / |)
solve(x1, x2, / |)
svd(x, /, * | full_matrices=True)
svdvals(x, / |)
tensordot(x1, x2, /, *, axes=2 |)
trace(x, /, * | offset=0, dtype=None)
vecdot(x1, x2, /, * | axis=-1)
vector_norm(x, /, * | axis=None, keepdims=False, ord=2)
"""

_FFT = """
fft(x, /, * | n=None, axis=-1, norm='backward')
ifft(x, /, * | n=None, axis=-1, norm='backward')
fftn(x, /, * | s=None, axes=None, norm='backward')
ifftn(x, /, * | s=None, axes=None, norm='backward')
rfft(x, /, * | n=None, axis=-1, norm='backward')
irfft(x, /, * | n=None, axis=-1, norm='backward')
rfftn(x, /, * | s=None, axes=None, norm='backward')
irfftn(x, /, * | s=None, axes=None, norm='backward')
hfft(x, /, * | n=None, axis=-1, norm='backward')
ihfft(x, /, * | n=None, axis=-1, norm='backward')
fftfreq(n, /, * | d=1.0, dtype=None, device=None)
rfftfreq(n, /, * | d=1.0, dtype=None, device=None)
fftshift(x, /, * | axes=None)
ifftshift(x, /, * | axes=None)
"""


def _camel(name):
    first, *rest = name.strip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def _call(path, positional, options):
    given = {_camel(name): value for name, value in options.items() if value is not None}
    result = _ask("call", path, *positional, *([given] if given else []))
    if isinstance(result, dict):
        names = [_snake(name) for name in result]
        return namedtuple("Result", names)(*result.values())
    return tuple(result) if isinstance(result, list) else _dtype_or(result)


def _snake(name):
    return re.sub("(?<=[a-z0-9])[A-Z]", lambda c: f"_{c[0].lower()}", name)


def _function(line, prefix=""):
    """A Python function that calls the library's, with the standard's signature."""
    name, rest = line.split("(", 1)
    ordered, options = (part.strip() for part in rest.rstrip(")").split("|"))
    spare = {}
    exec(f"def f({', '.join(part for part in (ordered, options) if part)}): pass", spare)
    signature = inspect.signature(spare["f"])
    option_names = {part.split("=")[0].strip() for part in options.split(",")}
    path = prefix + _camel(name)

    def function(*args, **kwargs):
        bound = signature.bind(*args, **kwargs)
        positional, given = [], {}
        for each, parameter in signature.parameters.items():
            value = bound.arguments.get(each, parameter.default)
            if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
                values = bound.arguments.get(each, ())
                positional += [list(values)] if name == "meshgrid" else values
            elif each not in option_names:
                positional.append(value)
            elif each in bound.arguments:
                given[each] = value
        return _call(path, positional, given)

    function.__name__ = function.__qualname__ = name
    function.__signature__ = signature
    return function


def _creation(dtype, device, **more):
    options = {"dtype": dtype, "device": device, "chunks": CHUNKS, **more}
    return {name: value for name, value in options.items() if value is not None}


def arange(start, /, stop=None, step=1, *, dtype=None, device=None):
    bounds = [0, start, step] if stop is None else [start, stop, step]
    if all_(isinstance(bound, int) for bound in bounds):
        # Python's whole numbers are the default integers.
        dtype = int64 if dtype is None else dtype
        bounds = [_BigInt(bound) for bound in bounds]
    else:
        bounds = [float(bound) for bound in bounds]
        dtype = float64 if dtype is None else dtype
    return _ask("call", "arange", *bounds, _creation(dtype, device))


def asarray(obj, /, *, dtype=None, device=None, copy=None):
    if isinstance(obj, Array):
        options = {"dtype": dtype, "device": device, "copy": copy}
        given = {name: value for name, value in options.items() if value is not None}
        result = _ask("call", "asarray", obj, given)
        # The library hands arrays through, since they never change; here they do.
        return obj if copy is False and result._id == obj._id else result
    return _ask("call", "asarray", _of_one_kind(obj), _creation(dtype, device, copy=copy))


def _of_one_kind(obj):
    """Nested values, all of the widest kind among them: Python tells 1 and 1.0 apart, JSON does not."""
    found = set()

    def look(value):
        if isinstance(value, (list, tuple)):
            for each in value:
                look(each)
        elif isinstance(value, Array):
            found.add(type(value._scalar()))
        else:
            found.add(type(value))

    look(obj)
    kind = next((kind for kind in (complex, float, int) if kind in found), None)

    def convert(value):
        if isinstance(value, (list, tuple)):
            return [convert(each) for each in value]
        if isinstance(value, Array):
            value = value._scalar()
        if kind is None:
            return value
        return _BigInt(int(value)) if kind is int else kind(value)

    return convert(obj)


def astype(x, dtype, /, *, copy=True, device=None):
    return _call("astype", [x, dtype], {"copy": copy, "device": device})


def empty(shape, *, dtype=None, device=None):
    return _ask("call", "empty", _shape(shape), _creation(dtype, device))


def empty_like(x, /, *, dtype=None, device=None):
    return _ask("call", "emptyLike", x, _creation(dtype, device))


def eye(n_rows, n_cols=None, /, *, k=0, dtype=None, device=None):
    return _ask("call", "eye", n_rows, n_cols, _creation(dtype, device, k=k))


def full(shape, fill_value, *, dtype=None, device=None):
    dtype = _kind_of(fill_value) if dtype is None else dtype
    return _ask("call", "full", _shape(shape), fill_value, _creation(dtype, device))


def full_like(x, /, fill_value, *, dtype=None, device=None):
    return _ask("call", "fullLike", x, fill_value, _creation(dtype, device))


def linspace(start, stop, /, num, *, dtype=None, device=None, endpoint=True):
    options = _creation(dtype, device, endpoint=endpoint)
    return _ask("call", "linspace", start, stop, num, options)


def ones(shape, *, dtype=None, device=None):
    return _ask("call", "ones", _shape(shape), _creation(dtype, device))


def ones_like(x, /, *, dtype=None, device=None):
    return _ask("call", "onesLike", x, _creation(dtype, device))


def repeat(x, repeats, /, *, axis=None):
    if isinstance(repeats, Array):
        # They decide the shape, which the library knows before anything runs: it asks for values.
        shape, values = repeats._computed()
        repeats = values if shape else values[0]
    return _ask("call", "repeat", x, repeats, axis)


def zeros(shape, *, dtype=None, device=None):
    return _ask("call", "zeros", _shape(shape), _creation(dtype, device))


def zeros_like(x, /, *, dtype=None, device=None):
    return _ask("call", "zerosLike", x, _creation(dtype, device))


def _shape(shape):
    return [shape] if isinstance(shape, int) else list(shape)


def _kind_of(value):
    """The default dtype of a Python scalar; JavaScript cannot tell 1 from 1.0."""
    for kind, dtype in ((bool_, bool), (int, int64), (float, float64), (complex, complex128)):
        if isinstance(value, kind):
            return dtype
    return None


class _Limits:
    def __init__(self, fields):
        for name, value in fields.items():
            setattr(self, _snake(name), value)
        self.dtype = _DTYPES[self.dtype]


def finfo(type, /):
    info = _Limits(_ask("call", "finfo", type))
    for name in ("eps", "max", "min", "smallest_normal"):
        setattr(info, name, float(getattr(info, name)))
    return info


def iinfo(type, /):
    return _Limits(_ask("call", "iinfo", type))


class _Info:
    def capabilities(self):
        return _ask("info", "capabilities")

    def default_device(self):
        return _ask("info", "defaultDevice")

    def default_dtypes(self, *, device=None):
        options = {} if device is None else {"device": device}
        return {kind: _DTYPES[name] for kind, name in _ask("info", "defaultDtypes", options).items()}

    def devices(self):
        return tuple(_ask("info", "devices"))

    def dtypes(self, *, device=None, kind=None):
        options = {name: each for name, each in (("device", device), ("kind", kind)) if each is not None}
        return {name: _DTYPES[each] for name, each in _ask("info", "dtypes", options).items()}


def __array_namespace_info__():
    return _Info()


class _Extension:
    """The functions of an extension that the library has."""

    def __init__(self, name, lines):
        functions = {line.split("(")[0]: line for line in lines.strip().splitlines()}
        paths = {each: [f"{name}.{_camel(each)}", _camel(each)] for each in functions}
        known = set(_ask("names", "", [path for pair in paths.values() for path in pair]))
        for each, line in functions.items():
            path = next((path for path in paths[each] if path in known), None)
            if path is not None:
                prefix = path.rpartition(".")[0]
                setattr(self, each, _function(line, f"{prefix}." if prefix else ""))


abs_, all_, bool_ = abs, all, bool


def _install():
    space = globals()
    lines = [*_FUNCTIONS.strip().splitlines()]
    lines += [f"{name}(x, / |)" for name in _UNARY] + [f"{name}(x1, x2, / |)" for name in _BINARY]
    functions = [_function(line) for line in lines]
    known = set(_ask("names", "", [_camel(each.__name__) for each in functions]))
    space.update({each.__name__: each for each in functions if _camel(each.__name__) in known})
    space.update(_DTYPES)
    space.update({name: _ask("constant", name) for name in ("e", "inf", "nan", "pi")})
    space["newaxis"] = None
    for name, lines in (("linalg", _LINALG), ("fft", _FFT)):
        extension = _Extension(name, lines)
        if len(vars(extension)) > 0:
            space[name] = extension


_install_operators()
_install()
