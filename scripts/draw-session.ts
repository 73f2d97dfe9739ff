import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { openWorkspace } from '../test/support/workspace.ts';

const PICTURE = 'docs/session.svg';
const COLUMNS = 78;
const LINE_PX = 19;
const CHARACTER_PX = 8.43;
const MARGIN_PX = 18;
/** What is typed, and where; a picture shows what really came back. */
const SESSION: readonly { readonly typed: string; readonly dir: string }[] = [
  { typed: 'iris init review --template consensus --yes --no-install', dir: '.' },
  { typed: 'cd review && iris run decide.ts', dir: '.' },
  { typed: 'iris run decide.ts 500 untested; echo "exit code $?"', dir: 'review' },
  { typed: 'iris runs ls', dir: 'review' },
];
const COLOURS: Readonly<Record<string, string>> = {
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#56d4dd',
  90: '#8b949e',
};

interface Span {
  readonly text: string;
  readonly colour?: string | undefined;
  readonly isBold?: boolean;
}

/** Draws what a terminal shows in a session with iris: `tsx scripts/draw-session.ts`. */
async function drawSession(): Promise<void> {
  await using space = await openWorkspace();
  const lines: Span[][] = [];
  for (const { typed, dir } of SESSION) {
    const shown = await type(typed, join(space.dir, dir), space.env);
    lines.push(
      [
        { text: '$ ', colour: COLOURS[32] },
        { text: typed, isBold: true },
      ],
      ...toLines(shown),
      [],
    );
  }
  writeFileSync(PICTURE, toSvg(lines.slice(0, -1)));
  console.log(`wrote ${PICTURE}, ${lines.length} lines`);
}

/** Types one line into a terminal of its own. */
async function type(typed: string, cwd: string, env: Readonly<Record<string, string>>): Promise<string> {
  const iris = `iris() { '${process.execPath}' -- '${resolve('bin/iris.cjs')}' "$@"; }`;
  const { stdout } = await execa(
    'script',
    ['-qefc', `stty cols ${COLUMNS}; ${iris}; ${typed}`, '/dev/null'],
    {
      cwd,
      env: { ...env, TERM: 'xterm-256color', SHELL: '/bin/bash' },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
    },
  );
  return stdout;
}

/** What stays on the screen: a line that is written over counts as it was last. */
function toLines(shown: string): Span[][] {
  // eslint-disable-next-line no-control-regex
  const plain = shown.replaceAll(/\u001b\[(?:\?\d+[hl]|\d*[GKJA])|\u001b\][^\u0007]*\u0007/g, '\r');
  return plain
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/\r+$/, ''))
    .map((line) => line.slice(line.lastIndexOf('\r') + 1))
    .filter((line) => !/^iris: (?:Starting|Preparing)/.test(line))
    .map(toSpans);
}

function toSpans(line: string): Span[] {
  const spans: Span[] = [];
  let colour: string | undefined;
  let isBold = false;
  // eslint-disable-next-line no-control-regex
  for (const part of line.split(/(\u001b\[[\d;]*m)/)) {
    // eslint-disable-next-line no-control-regex
    const codes = /^\u001b\[([\d;]*)m$/.exec(part)?.[1];
    if (codes === undefined) {
      if (part !== '') spans.push({ text: part, colour, isBold });
      continue;
    }
    for (const code of codes.split(';')) {
      if (code === '1') isBold = true;
      else if (code === '22') isBold = false;
      else if (code === '' || code === '0') [colour, isBold] = [undefined, false];
      else colour = code === '39' ? undefined : (COLOURS[code] ?? colour);
    }
  }
  return spans;
}

function toSvg(lines: readonly (readonly Span[])[]): string {
  const width = Math.round(COLUMNS * CHARACTER_PX + 2 * MARGIN_PX);
  const height = lines.length * LINE_PX + 2 * MARGIN_PX;
  const rows = lines.map((spans, at) => {
    const y = MARGIN_PX + (at + 0.75) * LINE_PX;
    const text = spans.map(toTspan).join('');
    return `  <text x="${MARGIN_PX}" y="${y}" xml:space="preserve">${text}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="A terminal in which iris makes a project and runs its script">
  <rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
  <g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3">
${rows.join('\n')}
  </g>
</svg>
`;
}

function toTspan({ text, colour, isBold }: Span): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const style = `${colour === undefined ? '' : ` fill="${colour}"`}${isBold === true ? ' font-weight="bold"' : ''}`;
  return `<tspan${style}>${escaped}</tspan>`;
}

await drawSession();
