import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

test('every link in the docs leads to a page, and to a heading of it', () => {
  expect(pages().flatMap(brokenLinks)).toEqual([]);
});

test('every page can be reached from the README', () => {
  const linked = new Set<string>();
  const follow = (page: string): void => {
    if (linked.has(page)) return;
    linked.add(page);
    for (const { file } of linksOf(page)) if (file.endsWith('.md') && existsSync(file)) follow(file);
  };
  follow('README.md');

  expect(pages().filter((page) => !linked.has(page) && !page.startsWith('docs/decisions/'))).toEqual([]);
});

function pages(): string[] {
  const docs = readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.md'),
  );
  return ['README.md', 'CONTRIBUTING.md', ...docs.map((name) => join('docs', name))];
}

function linksOf(page: string): { file: string; heading: string; link: string }[] {
  const text = readFileSync(page, 'utf8')
    .replaceAll(/^```[\s\S]*?^```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, '');
  return [...text.matchAll(/\]\((?!https?:)([^)\s]*)\)/g)].map(([, link = '']) => {
    const [path = '', heading = ''] = link.split('#');
    return { file: path === '' ? page : join(dirname(page), path), heading, link };
  });
}

function brokenLinks(page: string): string[] {
  return linksOf(page).flatMap(({ file, heading, link }) => {
    if (!existsSync(file)) return [`${page}: ${link}`];
    return heading === '' || headingsOf(file).includes(heading)
      ? []
      : [`${page}: ${link} has no such heading`];
  });
}

/** Headings as the sites that show them make links of them. */
function headingsOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );
}
