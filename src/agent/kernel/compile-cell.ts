import { rewriteCell } from './rewrite-cell.ts';
import type { SourcePositions } from './source-positions.ts';
import type { Transpiler } from './transpile.ts';

const ACORN_MESSAGE = /^(.*) \((\d+):(\d+)\)$/s;

export interface CompileParts {
  readonly transpiler: Transpiler;
  readonly positions: SourcePositions;
}

/** The script that runs a cell. Throws SyntaxError. */
export async function compileCell(
  code: string,
  { name, language }: { readonly name: string; readonly language: string },
  parts: CompileParts,
): Promise<string> {
  try {
    // JavaScript cells may hold TypeScript and JSX as well, as in E2B.
    const rewritten =
      (language === 'typescript' ? undefined : tryRewrite(code)) ??
      (await transpileAndRewrite(code, name, parts));
    parts.positions.noteReturns(name, rewritten);
    return rewritten;
  } catch (error) {
    throw error instanceof SyntaxError ? plainSyntaxError(error, name) : error;
  }
}

function tryRewrite(code: string): string | undefined {
  try {
    return rewriteCell(code);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The error without the parser's fields and frames, and without the rewritten code: the mistake is in the cell. */
export function plainSyntaxError(error: SyntaxError, name: string): SyntaxError {
  const [, reason, line, column] = ACORN_MESSAGE.exec(error.message) ?? [];
  const plain = new SyntaxError(reason ?? error.message);
  const place = reason === undefined ? '' : `\n    at ${name}:${line}:${Number(column) + 1}`;
  plain.stack = `SyntaxError: ${plain.message}${place}`;
  return plain;
}

async function transpileAndRewrite(
  code: string,
  name: string,
  { transpiler, positions }: CompileParts,
): Promise<string> {
  const transpiled = await transpiler
    .transpile({ code, name, loader: 'ts' })
    .catch(async (error: unknown) => {
      // Angle brackets may mean JSX; what is neither is told in TypeScript's words.
      if (!code.includes('<')) throw error;
      return transpiler.transpile({ code, name, loader: 'tsx' }).catch(() => {
        throw error;
      });
    });
  return rewriteCell(positions.takeMap(name, transpiled));
}
