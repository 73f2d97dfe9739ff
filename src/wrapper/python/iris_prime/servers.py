"""The tools of other MCP servers that were granted to the run with `--mcp`.

    from iris_prime.servers import github

    for issue in github.search_issues(query="is:open")["items"]:
        print(issue["title"])

Keywords go to the tool as they are; a dictionary takes their place where a name is none in Python.
"""

from . import iris

__all__ = ["ServerTools", "server_tools"]


class ServerTools:
    """A method for each tool of one server; which there are is known where the calls go."""

    def __init__(self, server):
        self._server = server

    def __getattr__(self, tool):
        if tool.startswith("_"):
            raise AttributeError(tool)

        def method(input=None, **named):
            return iris.call("%s.%s" % (self._server, tool), {**(input or {}), **named})

        method.__name__ = tool
        return method

    def __repr__(self):
        return "<the tools of %s>" % self._server


def server_tools(server):
    """The tools of a server whose name is none in Python, such as `my-notes`."""
    return ServerTools(server)


def __getattr__(server):
    if server.startswith("_"):
        raise AttributeError(server)
    return ServerTools(server)
