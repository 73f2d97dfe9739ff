"""What the Python kernel says: its messages, and the streams of its cells."""

MAX_TEXT_CHARS = 1024 * 1024
# How long text waits for more of it, as IPython's does: a print is several writes, and a loop many prints.
FLUSH_SECONDS = 0.1


sending = threading.RLock()


def send(message):
    """Whole and on a line of its own: also after an interrupt in the middle of another one, and from any thread."""
    view = memoryview(f"\n{json.dumps(message)}\n".encode())
    with sending:
        while view:
            view = view[os.write(OUTPUT_FD, view) :]


def renew_locks():
    """A fork may have happened while another thread held them."""
    global sending
    sending = threading.RLock()
    written.renew_lock()


class KernelText:
    """What the streams were given and the agent was not, in its order."""

    def __init__(self):
        self._lock = threading.RLock()
        self._parts = []
        self._chars = 0
        self._type = None
        self._is_waiting = False

    def add(self, stream_type, text):
        with self._lock:
            if stream_type != self._type:
                self.flush()
            self._type = stream_type
            self._parts.append(text)
            self._chars += len(text)
            if self._chars >= MAX_TEXT_CHARS:
                self.flush()
            elif not self._is_waiting:
                self._is_waiting = True
                threading.Thread(target=self._flush_later, daemon=True).start()

    def flush(self):
        with self._lock:
            text = "".join(self._parts)
            self._parts = []
            self._chars = 0
            for start in range(0, len(text), MAX_TEXT_CHARS):
                send({"type": self._type, "text": text[start : start + MAX_TEXT_CHARS]})

    def renew_lock(self):
        self._lock = threading.RLock()
        self._is_waiting = False

    def _flush_later(self):
        time.sleep(FLUSH_SECONDS)
        with self._lock:
            self._is_waiting = False
            self.flush()


written = KernelText()


class KernelStream(io.TextIOBase):
    """sys.stdout or sys.stderr."""

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
        if text:
            written.add(self._type, text)
        return len(text)

    def flush(self):
        written.flush()

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
