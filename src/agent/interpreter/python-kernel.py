"""The Python kernel: reads cells on descriptor 4, writes messages on descriptor 3, one JSON text a line."""

import ast
import asyncio
import base64
import builtins
import inspect
import io
import json
import linecache
import os
import signal
import sys
import traceback
import types

OUTPUT_FD = 3
INPUT_FD = 4
MAX_TEXT_CHARS = 64 * 1024
MAX_RESULT_CHARS = 16 * 1024 * 1024
FORMATS = {
    "text/html": "html",
    "text/markdown": "markdown",
    "text/latex": "latex",
    "text/plain": "text",
    "image/svg+xml": "svg",
    "image/png": "png",
    "image/jpeg": "jpeg",
    "application/pdf": "pdf",
    "application/json": "json",
    "application/javascript": "javascript",
}
REPR_METHODS = {
    "_repr_html_": "html",
    "_repr_markdown_": "markdown",
    "_repr_latex_": "latex",
    "_repr_svg_": "svg",
    "_repr_png_": "png",
    "_repr_jpeg_": "jpeg",
    "_repr_pdf_": "pdf",
    "_repr_json_": "json",
    "_repr_javascript_": "javascript",
}


def send(message):
    line = (json.dumps(message) + "\n").encode()
    view = memoryview(line)
    while view:
        try:
            view = view[os.write(OUTPUT_FD, view) :]
        except InterruptedError:
            continue


class KernelStream(io.TextIOBase):
    """sys.stdout or sys.stderr: what is written goes out at once."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, name, fd):
        self.name = f"<{name}>"
        self._type = name
        self._fd = fd
        self.buffer = KernelBytes(self)

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        for start in range(0, len(text), MAX_TEXT_CHARS):
            send({"type": self._type, "text": text[start : start + MAX_TEXT_CHARS]})
        return len(text)

    def writable(self):
        return True

    def fileno(self):
        return self._fd

    def isatty(self):
        return False


class KernelBytes(io.RawIOBase):
    """The .buffer of such a stream."""

    def __init__(self, stream):
        self._stream = stream

    def writable(self):
        return True

    def write(self, data):
        self._stream.write(bytes(data).decode("utf-8", "replace"))
        return len(data)


def as_text(value):
    return base64.b64encode(value).decode() if isinstance(value, (bytes, bytearray)) else value


def formats_of(value):
    formats = {"text": repr(value)}
    if isinstance(value, type):
        return formats
    for method, name in REPR_METHODS.items():
        function = getattr(value, method, None)
        if not callable(function):
            continue
        try:
            shown = function()
        except Exception:
            continue
        if isinstance(shown, tuple):
            shown = shown[0]
        if shown is not None:
            formats[name] = as_text(shown)
    formats.update(mimebundle_of(value))
    formats.update(table_of(value))
    return formats


def mimebundle_of(value):
    function = getattr(value, "_repr_mimebundle_", None)
    if not callable(function):
        return {}
    try:
        bundle = function(include=None, exclude=None)
    except Exception:
        return {}
    if isinstance(bundle, tuple):
        bundle = bundle[0]
    return by_format(bundle or {})


def by_format(bundle):
    formats = {}
    for mime, shown in bundle.items():
        if mime in FORMATS:
            formats[FORMATS[mime]] = as_text(shown)
        else:
            formats.setdefault("extra", {})[mime] = as_text(shown)
    return formats


def table_of(value):
    """A pandas DataFrame also as plain columns."""
    if type(value).__name__ != "DataFrame" or not type(value).__module__.startswith("pandas"):
        return {}
    try:
        return {"data": json.loads(json.dumps(value.to_dict(orient="list"), default=str))}
    except Exception:
        return {}


def send_result(formats, is_main):
    message = {"type": "result", "formats": formats, "isMain": is_main}
    try:
        size = len(json.dumps(message))
    except (TypeError, ValueError):
        message["formats"] = {name: str(shown) for name, shown in formats.items()}
        size = len(json.dumps(message))
    if size > MAX_RESULT_CHARS:
        text = str(formats.get("text", ""))[:1000]
        message["formats"] = {"text": f"{text}… (a result of {size} characters is too large to show)"}
    send(message)


def display(*values, raw=False, **_options):
    """Shows values as results before the cell is over."""
    for value in values:
        is_bundle = raw and isinstance(value, dict)
        send_result(by_format(value) if is_bundle else formats_of(value), False)


def refuse_input(_prompt=""):
    raise RuntimeError("input() is not available: a cell has no terminal to read from")


class Kernel:
    def __init__(self):
        self.module = types.ModuleType("__main__")
        self.names = self.module.__dict__
        self.names.update({"__builtins__": builtins, "display": display})
        sys.modules["__main__"] = self.module
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        self.count = 0
        # One object for good: a bound method is a new one each time.
        self.show_figures = self.show_figures

    def run(self, cell):
        self.count += 1
        saved = {name: os.environ.get(name) for name in cell["env"]}
        os.environ.update(cell["env"])
        is_last = False
        try:
            self.execute(cell["code"])
        except SystemExit as ending:
            is_last = True
            text = f"exit({ending.code if ending.code is not None else ''}) ended the kernel; the next cell gets a new one"
            send({"type": "error", "name": "SystemExit", "value": text, "traceback": f"SystemExit: {text}"})
        except BaseException as error:
            send_error(error)
        finally:
            for name, value in saved.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
        send({"type": "end", "cell": cell["cell"], "isLast": is_last})

    def execute(self, code):
        filename = f"<ipython-input-{self.count}>"
        linecache.cache[filename] = (len(code), None, code.splitlines(keepends=True), filename)
        tree = ast.parse(code, filename)
        last = None
        if tree.body and isinstance(tree.body[-1], ast.Expr):
            last = ast.Expression(tree.body.pop().value)
        self.evaluate(compile_cell(tree, filename, "exec"))
        value = self.evaluate(compile_cell(last, filename, "eval")) if last is not None else None
        self.show_figures()
        if value is None or code.rstrip().endswith(";"):
            return
        self.names["_"] = value
        send_result(formats_of(value), True)

    def evaluate(self, compiled):
        if compiled.co_flags & inspect.CO_COROUTINE:
            return self.loop.run_until_complete(eval(compiled, self.names))
        return eval(compiled, self.names)

    def show_figures(self, *_arguments, **_options):
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is None:
            return
        for number in pyplot.get_fignums():
            figure = pyplot.figure(number)
            picture = io.BytesIO()
            figure.savefig(picture, format="png", bbox_inches="tight")
            send_result({"text": repr(figure), "png": as_text(picture.getvalue())}, False)
        pyplot.close("all")


def take_over_show(show):
    """Makes pyplot.show() send the figures: its own function only warns that there is no window."""
    original = builtins.__import__

    def importing(*arguments, **options):
        module = original(*arguments, **options)
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is not None and getattr(pyplot, "show", show) is not show:
            pyplot.show = show
        return module

    builtins.__import__ = importing


def compile_cell(tree, filename, mode):
    return compile(tree, filename, mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)


def send_error(error):
    name = type(error).__name__
    try:
        value = str(error)
    except Exception:
        value = "<the error cannot be shown>"
    send({"type": "error", "name": name, "value": value, "traceback": traceback_of(error, name)})


def traceback_of(error, name):
    trace = error.__traceback__
    # The frames before the first cell are the kernel's own.
    while trace is not None and not trace.tb_frame.f_code.co_filename.startswith("<ipython-input-"):
        trace = trace.tb_next
    try:
        lines = traceback.format_exception(type(error), error.with_traceback(trace), trace)
    except Exception:
        lines = [f"{name}: <the traceback cannot be shown>"]
    text = "".join(lines).replace('  File "<ipython-input-', '  Cell In[').replace('>", line ', "], line ")
    heading = "-" * 75 + f"\n{name}{'Traceback (most recent call last)':>{75 - len(name)}}\n"
    return heading + text.removeprefix("Traceback (most recent call last):\n").rstrip("\n")


def ignore_interrupt(_signal, _frame):
    """Between cells there is nothing to interrupt."""


def main():
    os.set_inheritable(OUTPUT_FD, False)
    os.set_inheritable(INPUT_FD, False)
    sys.stdout = sys.__stdout__ = KernelStream("stdout", 1)
    sys.stderr = sys.__stderr__ = KernelStream("stderr", 2)
    sys.argv = [""]
    sys.path[0] = ""
    builtins.input = refuse_input
    os.environ.setdefault("MPLBACKEND", "agg")
    kernel = Kernel()
    take_over_show(kernel.show_figures)
    signal.signal(signal.SIGINT, ignore_interrupt)
    cells = open(INPUT_FD, "rb", closefd=False)
    send({"type": "ready"})
    for line in cells:
        cell = json.loads(line)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            kernel.run(cell)
        except KeyboardInterrupt:
            send({"type": "end", "cell": cell["cell"]})
        finally:
            signal.signal(signal.SIGINT, ignore_interrupt)


main()
