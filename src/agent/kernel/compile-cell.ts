import { rewriteCell } from './rewrite-cell.ts';
import type { SourcePositions } from './source-positions.ts';
import type { Transpiler } from './transpile.ts';

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
  if (language === 'typescript') return transpileAndRewrite(code, name, parts);
  try {
    return rewriteCell(code);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // JavaScript cells may hold TypeScript and JSX as well, as in E2B.
    return transpileAndRewrite(code, name, parts);
  }
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
