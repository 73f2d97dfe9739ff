import type { CallOptions, Iris } from './client.ts';

/** The tools of one server; what each takes and answers is known after `iris types`. */
export type ServerTools = Readonly<
  Record<string, (input?: unknown, options?: CallOptions) => Promise<unknown>>
>;

/** Makes a method of each name that is asked for: which tools there are is known where the calls go. */
export function toServerTools(iris: Pick<Iris, 'call'>, server: string): ServerTools {
  const made = new Map<string, ServerTools[string]>();
  return new Proxy<ServerTools>(Object.create(null), {
    get: (_target, name) => {
      // Whoever awaits the tools themselves asks for `then`.
      if (typeof name !== 'string' || name === 'then') return undefined;
      const known = made.get(name);
      if (known !== undefined) return known;
      const method: ServerTools[string] = (input = {}, options) =>
        iris.call(`${server}.${name}`, input, options);
      made.set(name, method);
      return method;
    },
  });
}
