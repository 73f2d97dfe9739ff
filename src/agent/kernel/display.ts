import { inspect } from 'node:util';
import { sendResult } from './kernel-output.ts';

/** Representations by the names of E2B's results. */
export type Formats = Record<string, unknown>;

const MAX_JSON_CHARS = 1024 * 1024;
const BY_MIME: Readonly<Record<string, string>> = {
  'text/plain': 'text',
  'text/html': 'html',
  'text/markdown': 'markdown',
  'text/latex': 'latex',
  'image/svg+xml': 'svg',
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'application/pdf': 'pdf',
  'application/json': 'json',
  'application/javascript': 'javascript',
  'e2b/data': 'data',
  'e2b/chart': 'chart',
};
const AS_THEY_ARE = new Set(['json', 'data', 'chart', 'extra']);
/** Methods by which a value shows itself, as ijavascript calls them. */
const METHODS: Readonly<Record<string, string>> = {
  _toHtml: 'html',
  _toSvg: 'svg',
  _toPng: 'png',
  _toJpeg: 'jpeg',
  _toMarkdown: 'markdown',
  _toLatex: 'latex',
};

/** Methods that give a value in all its formats: IJavascript's and Deno's. */
const BUNDLE_METHODS = ['_toMime', Symbol.for('Jupyter.display')];

/** What cells find as `display`: shows a value at once, or a text or bytes in a given format. */
export type Display = ((value: unknown) => void) & Record<string, (shown: unknown) => void>;

export function createDisplay(): Display {
  const display = (value: unknown): void => sendResult(formatsOf(value), false);
  const formats = Object.values(BY_MIME).map(
    (name) => [name, (shown: unknown) => show({ [name]: shown })] as const,
  );
  return Object.assign(display, Object.fromEntries(formats), {
    mime: (bundle: unknown) => show(byFormat(bundle)),
  });
}

/** A value in all the representations that it has. */
export function formatsOf(value: unknown): Formats {
  const formats: Formats = { text: inspect(value) };
  if (typeof value !== 'object' || value === null) return formats;
  for (const [method, name] of Object.entries(METHODS)) addShown(formats, name, callMethod(value, method));
  for (const method of BUNDLE_METHODS) Object.assign(formats, byFormat(callMethod(value, method)));
  const json = jsonOf(value);
  if (json !== undefined) formats['json'] ??= json;
  return formats;
}

/** Representations that a cell gave, in a form that can be sent. */
export function shownFormats(formats: Formats): Formats {
  const shown: Formats = {};
  for (const [name, value] of Object.entries(formats)) addShown(shown, name, value);
  return shown;
}

function show(formats: Formats): void {
  sendResult(shownFormats(formats), false);
}

function addShown(formats: Formats, name: string, value: unknown): void {
  if (value === undefined || value === null) return;
  if (AS_THEY_ARE.has(name)) formats[name] = value;
  else if (value instanceof Uint8Array) formats[name] = Buffer.from(value).toString('base64');
  else formats[name] = typeof value === 'string' ? value : inspect(value);
}

/** Representations by their MIME types, by the names of E2B's results. */
export function byFormat(bundle: unknown): Formats {
  const formats: Formats = {};
  if (typeof bundle !== 'object' || bundle === null) return formats;
  const extra: Formats = {};
  for (const [mime, shown] of Object.entries(bundle)) {
    const name = BY_MIME[mime];
    if (name === undefined) extra[mime] = shown;
    else addShown(formats, name, shown);
  }
  if (Object.keys(extra).length > 0) formats['extra'] = extra;
  return formats;
}

function callMethod(value: object, name: string | symbol): unknown {
  try {
    const method: unknown = Reflect.get(value, name);
    return typeof method === 'function' ? Reflect.apply(method, value, []) : undefined;
  } catch {
    return undefined;
  }
}

/** Plain data also as JSON; anything that would lose something by it is not plain. */
function jsonOf(value: object): unknown {
  if (!isPlain(value)) return undefined;
  try {
    let isLossless = true;
    const text = JSON.stringify(value, (_key, part: unknown) => {
      isLossless &&= isPlain(part);
      return part;
    });
    return isLossless && text.length <= MAX_JSON_CHARS ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether JSON has a form of this value itself. */
function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null)
    return value === null || ['string', 'number', 'boolean'].includes(typeof value);
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
