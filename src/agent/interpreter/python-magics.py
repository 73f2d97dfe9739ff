"""The magics of IPython that need no IPython: a cell that is no Python is read again with them."""

SHELL_LINE = re.compile(r"^(\s*)!(.+)$")
SHELL_VALUE = re.compile(r"^(\s*)([\w.,\s\[\]\"']+?)\s*=\s*!(.+)$")
MAGIC_LINE = re.compile(r"^(\s*)%(\w+)(?:\s+(.*))?$")
MAGIC_VALUE = re.compile(r"^(\s*)([\w.,\s]+?)\s*=\s*%(\w+)(?:\s+(.*))?$")
# What every cell finds.
GIVEN_NAMES = {"display", "get_ipython"}
CELL_MAGIC = re.compile(r"^%%(\w+)(?:[ \t]+([^\n]*))?(?:\n|$)")


class UsageError(Exception):
    """A magic that does not exist, or not with these words."""


def without_magic(line):
    """The same line as Python."""
    for pattern, call in ((SHELL_VALUE, "getoutput"), (SHELL_LINE, "system")):
        match = pattern.match(line)
        if match:
            *target, command = match.groups()
            target = f"{target[0]}{target[1]} = " if len(target) == 2 else target[0]
            return f"{target}get_ipython().{call}({command!r})"
    for pattern in (MAGIC_VALUE, MAGIC_LINE):
        match = pattern.match(line)
        if match:
            *target, name, rest = match.groups()
            target = f"{target[0]}{target[1]} = " if len(target) == 2 else target[0]
            return f"{target}get_ipython().run_line_magic({name!r}, {rest or ''!r})"
    return line


class Shell:
    """What a cell finds as get_ipython()."""

    def __init__(self, kernel):
        self.kernel = kernel
        self.user_ns = kernel.names

    def system(self, command):
        self.run_program(["/bin/sh", "-c", self.expand(command)])

    def getoutput(self, command):
        ran = subprocess.run(
            ["/bin/sh", "-c", self.expand(command)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        return ran.stdout.splitlines()

    def run_line_magic(self, name, line):
        magic = getattr(self, f"line_{name}", None)
        if magic is None:
            raise UsageError(f"Line magic function `%{name}` not found.")
        return magic(line.strip())

    def run_cell_magic(self, name, line, cell):
        magic = getattr(self, f"cell_{name}", None)
        if magic is None:
            raise UsageError(f"Cell magic `%%{name}` not found.")
        return magic((line or "").strip(), cell)

    magic = run_line_magic

    def run_program(self, arguments, code=None):
        sys.stdout.flush()
        sys.stderr.flush()
        ran = subprocess.run(arguments, input=code, text=True, stdin=None if code else subprocess.DEVNULL)
        self.user_ns["_exit_code"] = ran.returncode
        return ran.returncode

    def expand(self, command):
        """{expression} and $name, where there is such a name."""
        names = self.user_ns

        def value_of(match):
            try:
                return str(eval(match.group(1), names))
            except Exception:
                return match.group(0)

        command = re.sub(r"(?<![{$])\{([^{}]+)\}", value_of, command)
        return re.sub(r"\$([A-Za-z_]\w*)", lambda match: str(names.get(match.group(1), match.group(0))), command)

    def line_pwd(self, _line):
        return os.getcwd()

    def line_cd(self, line):
        os.chdir(os.path.expanduser(line.strip("\"'") or "~"))
        print(os.getcwd())

    def line_env(self, line):
        if line == "":
            return dict(os.environ)
        if "=" not in line and " " not in line:
            return os.environ.get(line)
        return self.line_set_env(line)

    def line_set_env(self, line):
        name, value = re.split(r"\s*=\s*|\s+", line, maxsplit=1)
        os.environ[name] = value
        print(f"env: {name}={value}")

    def line_pip(self, line):
        self.run_program([sys.executable, "-m", "pip", *shlex.split(line)])

    def line_time(self, line):
        return self.cell_time("", line)

    def line_matplotlib(self, _line):
        return None

    def line_ls(self, line):
        self.run_program(["ls", *shlex.split(line)])

    def line_who(self, _line):
        print("\t".join(name for name in self.user_ns if not name.startswith("_") and name not in GIVEN_NAMES))

    def line_timeit(self, line):
        timer = timeit.Timer(line, globals=self.user_ns)
        rounds, seconds = timer.autorange()
        print(f"{seconds / rounds * 1e6:.3g} µs per loop ({rounds} loops)")

    line_config = line_load_ext = line_autoreload = line_matplotlib

    def cell_time(self, _line, cell):
        began = time.perf_counter()
        value = self.kernel.evaluate_code(cell)
        print(f"Wall time: {(time.perf_counter() - began) * 1000:.3g} ms")
        return value

    def cell_bash(self, _line, cell):
        status = self.run_program(["bash"], cell)
        if status != 0:
            raise subprocess.CalledProcessError(status, "bash")

    cell_sh = cell_bash

    def cell_writefile(self, line, cell):
        words = shlex.split(line)
        path = os.path.expanduser(words[-1]) if words else ""
        existed = os.path.exists(path)
        with open(path, "a" if "-a" in words else "w") as file:
            file.write(cell)
        print(f"{'Overwriting' if existed else 'Writing'} {path}")

    def cell_html(self, _line, cell):
        display(HTML(cell))

    def cell_markdown(self, _line, cell):
        display(Markdown(cell))

    def cell_latex(self, _line, cell):
        display(Latex(cell))

    def cell_svg(self, _line, cell):
        display(SVG(cell))

    def cell_javascript(self, _line, cell):
        display(Javascript(cell))

    def cell_capture(self, _line, cell):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            self.kernel.evaluate_code(cell)
