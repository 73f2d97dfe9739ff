import path from 'node:path';
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';
import vm from 'node:vm';
import { createCellScope, setGlobal, type CellScope } from './cell-scope.ts';
import { compileCell, plainSyntaxError, type CompileParts } from './compile-cell.ts';
import { CellNotebook } from './cell-notebook.ts';
import { send } from './kernel-output.ts';
import { sendError } from './send-error.ts';
import type { KernelCell } from './kernel-wire.ts';
import { metaOf, type LocalModules } from './local-modules.ts';
import { CELL_SCOPE } from './rewrite-cell.ts';

const INTERRUPTIBLE = { breakOnSigint: true, displayErrors: false };
/** What calls a cell: named like the kernel, so that its frame is left out of stacks as the kernel's are. */
const START_FILE = '/kernel.cjs';

/** Runs the cells of one kernel, each to its end. */
export class CellRunner {
  readonly #parts: CompileParts;
  readonly #modules: LocalModules;
  readonly #scope: CellScope;
  readonly #start = new vm.Script(`${CELL_SCOPE}.start()`, { filename: START_FILE });
  #file = path.resolve('cell.js');
  #running: number | undefined;
  #fail: (error: unknown) => void = () => undefined;

  constructor(parts: CompileParts, modules: LocalModules) {
    this.#parts = parts;
    this.#modules = modules;
    this.#scope = createCellScope(modules, () => this.#file);
    Object.defineProperty(globalThis, CELL_SCOPE, { value: this.#scope, enumerable: false });
  }

  async run({ cell, code, language, env }: KernelCell): Promise<void> {
    this.#running = cell;
    const restoreEnv = lendEnvironment(env);
    try {
      await this.#runCode(code, {
        name: `cell-${cell}.${language === 'typescript' ? 'ts' : 'js'}`,
        language,
      });
    } catch (error) {
      sendError(error);
    }
    restoreEnv();
    this.#running = undefined;
    send({ type: 'end', cell, isLast: false });
  }

  /** Ends the cell that runs with an error; false when none does. */
  fail(error: unknown): boolean {
    this.#fail(error);
    return this.#running !== undefined;
  }

  /** Says that the kernel is about to go, and the cell with it. */
  announceExit(exitCode: unknown): void {
    if (this.#running === undefined) return;
    const value = `process.exit(${String(exitCode)}) ended the kernel; the next cell gets a new one`;
    send({ type: 'error', name: 'ProcessExit', value, traceback: `ProcessExit: ${value}` });
    send({ type: 'end', cell: this.#running, isLast: true });
  }

  async #runCode(code: string, options: { readonly name: string; readonly language: string }): Promise<void> {
    this.#file = path.join(process.cwd(), options.name);
    const file = this.#file;
    this.#scope.meta = metaOf(file);
    setGlobal('__filename', file);
    setGlobal('__dirname', path.dirname(file));
    const source = await compileCell(code, options, this.#parts);
    const script = this.#toScript(source, options.name);
    const failed = new Promise<never>((_resolve, reject) => {
      this.#fail = reject;
    });
    failed.catch(() => undefined);
    const notebook = new CellNotebook();
    setGlobal('$$', notebook);
    this.#scope.start = toFunction(script.runInThisContext());
    const value: unknown = await Promise.race([this.#start.runInThisContext(INTERRUPTIBLE), failed]);
    // A promise that nobody looks after fails only now.
    await Promise.race([setImmediate(), failed]);
    await Promise.race([notebook.end(value), failed]);
  }

  /** Throws SyntaxError for what only Node itself finds wrong. */
  #toScript(source: string, name: string): vm.Script {
    const file = this.#file;
    try {
      return new vm.Script(source, {
        filename: name,
        lineOffset: -1,
        importModuleDynamically: (specifier) => this.#importForScript(specifier, file),
      });
    } catch (error) {
      throw error instanceof SyntaxError ? plainSyntaxError(error, name) : error;
    }
  }

  async #importForScript(specifier: string, file: string): Promise<vm.Module> {
    const namespace = await this.#modules.import(specifier, file);
    const names = Object.keys(namespace);
    const module = new vm.SyntheticModule(names, () => {
      for (const name of names) module.setExport(name, namespace[name]);
    });
    await module.link(() => module);
    await module.evaluate();
    return module;
  }
}

/** Sets variables for one cell; what is returned puts the old ones back. */
function lendEnvironment(env: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(env).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, env);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

function toFunction(value: unknown): () => unknown {
  if (typeof value !== 'function') throw new TypeError('The cell is no function');
  return () => Reflect.apply(value, globalThis, []);
}
