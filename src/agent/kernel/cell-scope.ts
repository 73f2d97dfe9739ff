import type { LocalModules } from './local-modules.ts';

/** What a rewritten cell calls; see rewriteCell. */
export interface CellScope {
  /** Makes names of the global object anew; variables made by `var` keep their values. */
  declare(names: readonly string[], vars: readonly string[]): void;
  defineFunction(name: string, definition: object): void;
  import(specifier: string, names: readonly string[]): Promise<object>;
  /** The key of the whole namespace in what `import` gives. */
  readonly all: symbol;
  meta: object;
  /** Runs the cell that was compiled last. */
  start: () => unknown;
}

/** Opens the kernel's part of every cell. `cellFile` is where the running cell would lie. */
export function createCellScope(modules: LocalModules, cellFile: () => string): CellScope {
  const all = Symbol('all');
  return {
    all,
    meta: {},
    start: () => undefined,
    declare: (names, vars) => {
      for (const name of names) setGlobal(name, undefined);
      for (const name of vars) if (!Object.hasOwn(globalThis, name)) setGlobal(name, undefined);
    },
    defineFunction: (name, definition) => {
      Object.defineProperty(definition, 'name', { value: name, configurable: true });
      setGlobal(name, definition);
    },
    import: async (specifier, names) => {
      const namespace = await modules.import(specifier, cellFile());
      const values = names.map((name) => [name, exportOf(namespace, name, specifier)] as const);
      return { ...Object.fromEntries(values), [all]: namespace };
    },
  };
}

/** Defined and not assigned, as some of Node's own globals cannot be assigned to. */
export function setGlobal(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true });
}

/** CommonJS packages have names that Node does not see from outside. */
function exportOf(namespace: Readonly<Record<string, unknown>>, name: string, specifier: string): unknown {
  if (name in namespace) return namespace[name];
  const whole = namespace['default'];
  if (((typeof whole === 'object' && whole !== null) || typeof whole === 'function') && name in whole) {
    return Reflect.get(whole, name);
  }
  throw new SyntaxError(`The requested module '${specifier}' does not provide an export named '${name}'`);
}
