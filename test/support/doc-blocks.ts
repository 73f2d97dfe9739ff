import { readdirSync, readFileSync } from 'node:fs';

/** A block of code in a page, and the line that it begins at. */
export interface DocBlock {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

/** All blocks of code in the README, the docs and the READMEs of templates, with a language. */
export function docBlocks(language: string): DocBlock[] {
  return pages()
    .flatMap(blocksOf)
    .filter((block) => block.language === language);
}

function pages(): string[] {
  const below = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`);
  return ['README.md', ...below('docs'), ...below('templates')].filter(
    (page) => !page.includes('node_modules'),
  );
}

function blocksOf(page: string): DocBlock[] {
  const text = readFileSync(page, 'utf8');
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
    ({ index, 1: language = '', 2: code = '' }) => ({
      page,
      line: text.slice(0, index).split('\n').length,
      language,
      code,
    }),
  );
}
