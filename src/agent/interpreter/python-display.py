"""IPython.display for machines without IPython: objects that show themselves in one format."""


class DisplayObject:
    mime = "text/plain"

    def __init__(self, data=None, url=None, filename=None, **_options):
        if filename is None and isinstance(data, str) and self.takes_files and os.path.isfile(data):
            filename = data
        if filename is not None:
            with open(filename, "rb") as file:
                data = file.read()
        if isinstance(data, bytes) and not self.is_binary:
            data = data.decode()
        self.data = data
        self.url = url
        self.filename = filename

    takes_files = False
    is_binary = False

    def __repr__(self):
        return f"<IPython.core.display.{type(self).__name__} object>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": repr(self), self.mime: self.data}


class HTML(DisplayObject):
    mime = "text/html"


class Markdown(DisplayObject):
    mime = "text/markdown"


class Latex(DisplayObject):
    mime = "text/latex"


class Math(Latex):
    def __init__(self, data=None, **options):
        super().__init__(f"$\\displaystyle {str(data).strip('$')}$", **options)


class SVG(DisplayObject):
    mime = "image/svg+xml"
    takes_files = True


class JSON(DisplayObject):
    mime = "application/json"

    def __init__(self, data=None, **options):
        super().__init__(json.loads(data) if isinstance(data, str) else data, **options)


class Javascript(DisplayObject):
    mime = "application/javascript"


class Image(DisplayObject):
    takes_files = True
    is_binary = True

    @property
    def mime(self):
        is_jpeg = isinstance(self.data, bytes) and self.data[:2] == b"\xff\xd8"
        return "image/jpeg" if is_jpeg else "image/png"


def ignore_display(*_values, **_options):
    """There is no page to clear or to follow."""


def provide_display(display, shell):
    """Makes `IPython` and `IPython.display` importable where they are not installed."""
    if importlib.util.find_spec("IPython") is not None:
        return
    package = types.ModuleType("IPython")
    module = types.ModuleType("IPython.display")
    for kind in (DisplayObject, HTML, Markdown, Latex, Math, SVG, JSON, Javascript, Image):
        setattr(module, kind.__name__, kind)
    module.display = display
    module.clear_output = ignore_display
    core = types.ModuleType("IPython.core")
    core.display = module
    core.__path__ = package.__path__ = []
    package.display = module
    package.get_ipython = lambda: shell
    sys.modules["IPython"] = package
    sys.modules["IPython.core"] = core
    sys.modules["IPython.display"] = sys.modules["IPython.core.display"] = module
