/** One row of a routing table: `:name` in the pattern stands for one path segment; the rest is an expression. */
export interface RouteRow<Handler> {
  readonly method: string;
  readonly pattern: string;
  readonly handler: Handler;
}

interface RouteMatch<Handler> {
  readonly handler: Handler;
  readonly params: Readonly<Record<string, string>>;
}

/** Compiles a routing table; the returned function finds the first row that fits, or undefined. */
export function compileRoutes<Handler>(
  rows: readonly RouteRow<Handler>[],
): (method: string, path: string) => RouteMatch<Handler> | undefined {
  const routes = rows.map((row) => ({ ...row, expression: expressionOf(row.pattern) }));
  return (method, path) => {
    for (const route of routes) {
      const found = route.method === method ? route.expression.exec(path) : null;
      if (found) return { handler: route.handler, params: { ...found.groups } };
    }
    return undefined;
  };
}

function expressionOf(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
}
