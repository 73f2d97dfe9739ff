import { searchTools, type SearchedTool } from '../contract/tools/search-tools.ts';
import type { ToolSummary } from './tool-door.ts';

const MAX_FOUND = 10;

/** What a script is told that searches: the tools that fit best, and nothing for a query without words. */
export function answerSearch(query: string, tools: readonly SearchedTool[]): readonly ToolSummary[] {
  const found = searchTools(query, tools) ?? [];
  return found.slice(0, MAX_FOUND).map(({ name, title, text }) => ({ name, title, text }));
}
