"""The Python kernel: reads cells on descriptor 4, writes messages on descriptor 3, one JSON text a line."""

import ast
import asyncio
import base64
import builtins
import contextlib
import importlib.util
import inspect
import io
import json
import linecache
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
import timeit
import traceback
import types

OUTPUT_FD = 3
INPUT_FD = 4
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
    "e2b/data": "data",
    "e2b/chart": "chart",
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
    written.flush()
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
        self.shell = Shell(self)
        self.names.update({"__builtins__": builtins, "display": display, "get_ipython": lambda: self.shell})
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
        except KernelExit as ending:
            is_last = True
            text = f"exit({ending.code if ending.code is not None else ''}) ended the kernel; the next cell gets a new one"
            send_failure("SystemExit", text, f"SystemExit: {text}")
        except BaseException as error:
            send_error(error)
        finally:
            for name, value in saved.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
        written.flush()
        send({"type": "end", "cell": cell["cell"], "isLast": is_last})

    def execute(self, given):
        code = without_indent(given)
        value = self.evaluate_code(code)
        self.show_figures()
        if value is None or code.rstrip().endswith(";"):
            return
        self.names["_"] = value
        send_result(formats_of(value), True)

    def evaluate_code(self, code):
        """Runs code of a cell; gives the value of its last expression."""
        magic = CELL_MAGIC.match(code)
        if magic:
            return self.shell.run_cell_magic(magic.group(1), magic.group(2), code[magic.end() :])
        filename = f"<ipython-input-{self.count}>"
        linecache.cache[filename] = (len(code), None, code.splitlines(keepends=True), filename)
        tree = parse_cell(code, filename)
        last = None
        if tree.body and isinstance(tree.body[-1], ast.Expr):
            last = ast.Expression(tree.body.pop().value)
        self.evaluate(compile_cell(tree, filename, "exec"))
        return self.evaluate(compile_cell(last, filename, "eval")) if last is not None else None

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


class KernelExit(SystemExit):
    """A cell asked for the end of its kernel, and not, by sys.exit(), only for its own."""


def exit_kernel(code=None):
    raise KernelExit(code)


def without_indent(code):
    """As IPython does: code that is indented as a whole is none the worse for it."""
    code = re.sub(r"\A(?:[ \t]*\n)+", "", code)
    indent = re.match(r"[ \t]*", code).group()
    if indent == "":
        return code
    return "\n".join(line[len(indent) :] if line.startswith(indent) else line for line in code.split("\n"))


def parse_cell(code, filename):
    lines = code.split("\n")
    while True:
        try:
            return ast.parse("\n".join(lines), filename)
        except SyntaxError as error:
            # Only where Python gives up: the same signs in a text are text.
            at = (error.lineno or 0) - 1
            python = without_magic(lines[at]) if 0 <= at < len(lines) else None
            if python is None or python == lines[at]:
                raise
            lines[at] = python


def compile_cell(tree, filename, mode):
    return compile(tree, filename, mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)


def send_failure(name, value, text):
    written.flush()
    send({"type": "error", "name": name, "value": value, "traceback": text})


def send_error(error):
    name = type(error).__name__
    try:
        value = str(error)
    except Exception:
        value = "<the error cannot be shown>"
    send_failure(name, value, traceback_of(error, name))


# A program given by -c has no lines that could follow its frames.
OWN_FRAMES = r'  File "<string>", line \d+, in (?:importing|evaluate\w*|run_\w+|line_\w+|cell_\w+)\n'


def traceback_of(error, name):
    trace = error.__traceback__
    # The frames before the first cell are the kernel's own.
    while trace is not None and not trace.tb_frame.f_code.co_filename.startswith("<ipython-input-"):
        trace = trace.tb_next
    try:
        lines = traceback.format_exception(type(error), error.with_traceback(trace), trace)
    except Exception:
        lines = [f"{name}: <the traceback cannot be shown>"]
    text = re.sub(OWN_FRAMES, "", "".join(lines))
    text = re.sub(r'  File "<ipython-input-(\d+)>", line ', r"  Cell In[\1], line ", text)
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
    builtins.exit = builtins.quit = exit_kernel
    os.register_at_fork(before=written.flush, after_in_child=renew_locks)
    os.environ.setdefault("MPLBACKEND", "agg")
    kernel = Kernel()
    take_over_show(kernel.show_figures)
    provide_display(display, kernel.shell)
    signal.signal(signal.SIGINT, ignore_interrupt)
    cells = open(INPUT_FD, "rb", closefd=False)
    send({"type": "ready"})
    for line in cells:
        cell = json.loads(line)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            kernel.run(cell)
        except KeyboardInterrupt:
            written.flush()
            send({"type": "end", "cell": cell["cell"]})
        finally:
            signal.signal(signal.SIGINT, ignore_interrupt)
