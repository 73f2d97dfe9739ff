import { lineageGet } from '../../../contract/tools/lineage.ts';
import { askTool } from '../../ask-tool.ts';
import type { CliContext } from '../../context.ts';
import { printJson } from '../../terminal/print.ts';
import { renderLineage } from '../../render/lineage.ts';
import { openScreen } from '../../terminal/screen.ts';
import { toChoice } from '../choice.ts';

export interface LineageOptions {
  readonly format?: string;
  readonly direction?: string;
  readonly depth?: number;
  readonly limit?: number;
  readonly at?: string;
  readonly json?: boolean;
}

const FORMATS = ['tree', 'mermaid', 'dot', 'prov-json', 'openlineage', 'json'] as const;
const DIRECTIONS = ['both', 'upstream', 'downstream'] as const;

/** `iris lineage`: what something was made of, and what was made of it. */
export async function lineage(id: string, options: LineageOptions, context: CliContext): Promise<void> {
  const wanted = options.json === true ? 'json' : toChoice('--format', options.format ?? 'tree', FORMATS);
  const direction = toChoice('--direction', options.direction ?? 'both', DIRECTIONS);
  const { depth, limit, at } = options;
  const format = wanted === 'tree' ? 'json' : wanted;
  const answer = await askTool(lineageGet, { id, direction, depth, limit, at, format }, context);
  if (answer.truncated) {
    process.stderr.write('iris: there is more of it\n  See it with --depth and --limit.\n');
  }
  if (wanted === 'json') return printJson(answer);
  const text = wanted === 'tree' ? renderLineage(answer, openScreen()) : (answer.text ?? '');
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}
