import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Writes the types of the package's entries, and of what those types mention: the rest of iris is nobody's business. */
function emitTypes(): void {
  const { fileNames, options } = readConfig();
  const program = ts.createProgram(fileNames, options);
  const declared = new Map<string, string>();
  const { diagnostics } = program.emit(undefined, (file, text) => declared.set(resolve(file), text));
  if (diagnostics.length > 0) throw new Error(ts.formatDiagnostics(diagnostics, FORMAT));
  const reached = new Set<string>();
  for (const file of fileNames) reach(toDeclaration(file, options), { declared, reached });
  for (const file of reached) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, declared.get(file) ?? '');
  }
}

const FORMAT: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => ROOT,
  getNewLine: () => '\n',
};

function readConfig(): ts.ParsedCommandLine {
  const file = resolve(ROOT, 'tsconfig.types.json');
  const { config, error } = ts.readConfigFile(file, (path) => ts.sys.readFile(path));
  if (error !== undefined) throw new Error(ts.formatDiagnostics([error], FORMAT));
  return ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
}

function toDeclaration(source: string, { rootDir = ROOT, outDir = ROOT }: ts.CompilerOptions): string {
  return source.replace(rootDir, outDir).replace(/\.ts$/, '.d.ts');
}

interface Reaching {
  readonly declared: ReadonlyMap<string, string>;
  readonly reached: Set<string>;
}

function reach(file: string, { declared, reached }: Reaching): void {
  const text = declared.get(file);
  if (text === undefined) throw new Error(`No types were made for ${file}`);
  if (reached.has(file)) return;
  reached.add(file);
  for (const { fileName } of ts.preProcessFile(text).importedFiles) {
    if (fileName.startsWith('.'))
      reach(resolve(dirname(file), fileName.replace(/\.ts$/, '.d.ts')), { declared, reached });
  }
}

emitTypes();
