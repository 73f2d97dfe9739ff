import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { CellRunner } from './cell-runner.ts';
import { setGlobal } from './cell-scope.ts';
import { createDisplay } from './display.ts';
import { captureStreams, send } from './kernel-output.ts';
import { KERNEL_INPUT_FD } from './kernel-wire.ts';
import { LocalModules } from './local-modules.ts';
import { SourcePositions } from './source-positions.ts';
import { Transpiler } from './transpile.ts';

void main();

async function main(): Promise<void> {
  const transpiler = new Transpiler(process.argv[2] ?? '');
  const positions = new SourcePositions();
  const forgetChanged = provideRequire(transpiler, positions);
  const runner = new CellRunner({ transpiler, positions }, new LocalModules(transpiler, positions));
  provideGlobals();
  positions.install();
  captureStreams();
  watchForFailures(runner);
  // Programs that a cell starts are plain Node again.
  process.argv.length = 1;
  process.execArgv = [];
  const input = new Socket({ fd: KERNEL_INPUT_FD, readable: true, writable: false });
  send({ type: 'ready' });
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    forgetChanged();
    await runner.run(JSON.parse(line));
  }
  process.exit();
}

function provideGlobals(): void {
  setGlobal('display', createDisplay());
  const module = { exports: {} };
  setGlobal('module', module);
  setGlobal('exports', module.exports);
}

/** Gives cells a `require` that takes TypeScript, too. What is returned forgets the files that have changed. */
function provideRequire(transpiler: Transpiler, positions: SourcePositions): () => void {
  const require = createRequire(path.join(process.cwd(), 'cell.js'));
  const stamps = new Map<string, number>();
  const compile = (module: NodeJS.Module, file: string): void => {
    stamps.set(file, stampOf(file));
    const code = transpiler.transpileNow({
      code: readFileSync(file, 'utf8'),
      name: file,
      loader: file.endsWith('x') ? 'tsx' : 'ts',
      format: 'cjs',
    });
    Reflect.apply(Reflect.get(module, '_compile'), module, [positions.takeMap(file, code), file]);
  };
  for (const extension of ['.ts', '.tsx', '.cts']) require.extensions[extension] = compile;
  setGlobal('require', require);
  return () => {
    for (const [file, stamp] of stamps) if (stampOf(file) !== stamp) delete require.cache[file];
  };
}

function stampOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Errors that no code of the cell catches belong to the cell that runs. */
function watchForFailures(runner: CellRunner): void {
  const fail = (error: unknown): void => {
    if (!runner.fail(error)) process.stderr.write(`Uncaught ${String(error)}\n`);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  process.on('SIGINT', () => {
    runner.fail(Object.assign(new Error('The cell was interrupted'), { name: 'Interrupted' }));
  });
  process.on('exit', (code) => runner.announceExit(code));
}
