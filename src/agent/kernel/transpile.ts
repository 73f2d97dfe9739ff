import { execFile, execFileSync, type ExecFileException } from 'node:child_process';
import path from 'node:path';

/** JavaScript from TypeScript, with its source map in a last comment. */
export interface TranspileRequest {
  readonly code: string;
  /** The name that the source map and the errors give the code. */
  readonly name: string;
  readonly loader: 'ts' | 'tsx' | 'js' | 'jsx';
  readonly format?: 'cjs';
}

const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;
const LOADERS: Readonly<Record<string, TranspileRequest['loader']>> = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
  '.jsx': 'jsx',
};
/** Imports stay although one cell does not use them: the next one may. */
const TSCONFIG = JSON.stringify({
  compilerOptions: { verbatimModuleSyntax: true, experimentalDecorators: true },
});

/** Runs esbuild's program once for each text: it takes some 10 ms and leaves no process behind. */
export class Transpiler {
  readonly #esbuildFile: string;

  constructor(esbuildFile: string) {
    this.#esbuildFile = esbuildFile;
  }

  /** Throws a SyntaxError for code that is not TypeScript. */
  transpile(request: TranspileRequest): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = { maxBuffer: MAX_OUTPUT_BYTES };
      const child = execFile(this.#esbuildFile, argumentsFor(request), options, (error, stdout, stderr) => {
        if (error) reject(toSyntaxError(error, stderr));
        else resolve(stdout);
      });
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(request.code);
    });
  }

  /** For require(), which cannot wait. */
  transpileNow(request: TranspileRequest): string {
    try {
      return execFileSync(this.#esbuildFile, argumentsFor(request), {
        input: request.code,
        encoding: 'utf8',
        maxBuffer: MAX_OUTPUT_BYTES,
        stdio: ['pipe', 'pipe', 'pipe'],
      });
    } catch (error) {
      throw toSyntaxError(error, String(Reflect.get(Object(error), 'stderr') ?? ''));
    }
  }
}

/** How esbuild is to read a file; undefined for one that needs no esbuild. */
export function loaderFor(file: string): TranspileRequest['loader'] | undefined {
  return LOADERS[path.extname(file)];
}

function argumentsFor({ name, loader, format }: TranspileRequest): string[] {
  return [
    `--loader=${loader}`,
    `--sourcefile=${name}`,
    `--tsconfig-raw=${TSCONFIG}`,
    '--target=node20',
    '--sourcemap=inline',
    '--sources-content=false',
    '--log-level=error',
    '--color=false',
    ...(format ? [`--format=${format}`] : []),
  ];
}

function toSyntaxError(error: unknown, stderr: string): Error {
  const code: unknown = isExecError(error) ? error.code : undefined;
  if (code === 'ENOENT' || code === 'EACCES') {
    return new Error('TypeScript cannot run here: esbuild is not in this sandbox', { cause: error });
  }
  const message = stderr.replace(/^.*?\[ERROR\] /s, '').trimEnd();
  return new SyntaxError(message === '' ? String(error) : message);
}

function isExecError(error: unknown): error is ExecFileException {
  return error instanceof Error;
}
