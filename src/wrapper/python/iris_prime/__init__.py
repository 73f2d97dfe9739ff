"""The tools of iris, for scripts of Python that `iris run` starts.

    from iris_prime import iris

    iris.log_event("started", {"rows": 3})
    for pattern in iris.discover_patterns(min_support=0.1):
        print(pattern)

Each method takes the keys of its tool as keywords (`min_support` or `minSupport`), or all of them as one dictionary,
and gives what the tool answers. A call that is refused or fails raises IrisToolError.
"""

import json
import os
import re
import socket
import threading
import time
import uuid

from ._methods import UNSET, ToolMethods

__all__ = ["IrisToolError", "context", "iris", "project_id", "session_id"]

_VERSION = 1
_MAX_LINE_BYTES = 8 * 1024 * 1024
_RECONNECT_SECONDS = 10.0
_FIRST_PAUSE_SECONDS = 0.02


class IrisToolError(Exception):
    """A tool refused a call or failed: `message` says what happened, `hint` what to do next."""

    def __init__(self, code, message, hint=None, retryable=False, details=None):
        super().__init__(message if hint is None else "%s. %s" % (message, hint))
        self.code = code
        self.message = message
        self.hint = hint
        self.retryable = retryable
        self.details = details or {}


class Patterns(list):
    """The patterns that were found, with the facts about the search as `meta`."""

    meta = None


class Iris(ToolMethods):
    """A method for each tool, and `call` for any other."""

    def __init__(self):
        self._lock = threading.Lock()
        self._socket = None
        self._received = b""

    def call(self, name, input=None):
        """Calls any tool by its name, such as `telemetry_log` or `github.create_issue`."""
        return self._ask("tools/call", {"name": name, "arguments": {} if input is None else input})

    def search_tools(self, query):
        """Finds the tools that fit some words, the best first."""
        return self._ask("tools/search", {"query": query})

    def describe_tool(self, name):
        """Gives what is needed to call a tool: its schemas and an example."""
        return self._ask("tools/describe", {"name": name})

    def discover_patterns(self, input=UNSET, **named):
        answer = super().discover_patterns(input, **named)
        patterns = Patterns(answer["patterns"])
        patterns.meta = answer.get("meta")
        return patterns

    def get_agent_status(self, agent_id=UNSET, **named):
        answer = super().get_agent_status(agent_id, **named)
        if named or isinstance(agent_id, dict):
            return answer
        agents = answer["agents"]
        return agents if agent_id is UNSET else agents[0]

    def close(self):
        """Lets go of the connection. Forgetting it loses nothing."""
        with self._lock:
            self._drop()

    def _call_tool(self, tool, given, named, texts=()):
        first = next(iter(given.values()), UNSET)
        others = [value for value in list(given.values())[1:] if value is not UNSET]
        if isinstance(first, dict) and not others and not named:
            return self.call(tool, first)
        values = {key: value for key, value in given.items() if value is not UNSET and key != "input_"}
        for key in texts:
            if key in values and not isinstance(values[key], str):
                values[key] = json.dumps(values[key])
        values.update({_camel(key): value for key, value in named.items()})
        return self.call(tool, values)

    def _ask(self, method, params):
        request_id = uuid.uuid4().hex
        line = _line({"id": request_id, "method": method, "params": params})
        if len(line) > _MAX_LINE_BYTES:
            raise IrisToolError(
                "IRIS_LIMIT_EXCEEDED",
                "The call has %d bytes, and at most %d go through the bridge" % (len(line), _MAX_LINE_BYTES),
                "Send less at once: hand large data over in a file.",
            )
        with self._lock:
            return self._send_until_answered(request_id, line)

    def _send_until_answered(self, request_id, line):
        # The other side knows a request by its id: one that comes twice is done once.
        lost_at = None
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                self._connect()
                self._socket.sendall(line)
                return self._answer_to(request_id)
            except OSError as error:
                self._drop()
                lost_at = lost_at or time.monotonic()
                if time.monotonic() - lost_at > _RECONNECT_SECONDS:
                    raise _unreachable(str(error))
                time.sleep(pause)
                pause = min(pause * 2, 1.0)

    def _connect(self):
        if self._socket is not None:
            return
        path = os.environ.get("IRIS_BRIDGE")
        if path is None:
            raise _unreachable("this program was not started by iris run")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(path)
        hello = {"version": _VERSION, "token": os.environ.get("IRIS_BRIDGE_TOKEN", "")}
        self._socket.sendall(_line({"method": "hello", "params": hello}))

    def _answer_to(self, request_id):
        while True:
            reply = json.loads(self._read_line())
            if reply.get("id") not in (request_id, None):
                continue
            if "error" in reply:
                raise _tool_error(reply["error"])
            return reply["result"]

    def _read_line(self):
        while b"\n" not in self._received:
            chunk = self._socket.recv(1 << 16)
            if chunk == b"":
                raise ConnectionResetError("the connection to the tools was closed")
            self._received += chunk
        line, self._received = self._received.split(b"\n", 1)
        return line

    def _drop(self):
        if self._socket is not None:
            self._socket.close()
        self._socket = None
        self._received = b""


def _line(request):
    return json.dumps(request, separators=(",", ":")).encode() + b"\n"


def _camel(name):
    return re.sub(r"_([a-z0-9])", lambda match: match.group(1).upper(), name.rstrip("_"))


def _tool_error(error):
    known = {key: error.get(key) for key in ("code", "message", "hint", "retryable", "details")}
    return IrisToolError(**known)


def _unreachable(reason):
    return IrisToolError(
        "IRIS_UNAVAILABLE",
        "The tools cannot be reached: %s" % reason,
        "Tools answer while iris run waits for its script.",
        True,
    )


def _read_context():
    try:
        value = json.loads(os.environ.get("IRIS_CONTEXT", "{}"))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


iris = Iris()
project_id = os.environ.get("IRIS_PROJECT_ID", "local")
session_id = os.environ.get("IRIS_SESSION_ID") or str(uuid.uuid4())
context = _read_context()
