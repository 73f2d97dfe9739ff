import { basename, isAbsolute, relative } from 'node:path';
import { checkLayer } from './check-layer.ts';
import { readDocument, type ConfigDocument, type Position } from './config-document.ts';
import type { KeyPath } from './config-keys.ts';
import { describeValue, quote } from './describe-value.ts';
import type { FoundFile } from './find-config-file.ts';
import { isGroup, type Layer, type RawValues } from './layer.ts';
import { isCodeConfig } from './places.ts';
import type { Problem } from './problem.ts';
import { findSecrets } from './secrets.ts';

/** Evaluates a configuration that is a program, somewhere else than on the user's machine, and gives its value. */
export type EvaluateCodeConfig = (file: string) => Promise<unknown>;

export interface FileLayer {
  /** Undefined where the file could not be read at all. */
  readonly layer: Layer | undefined;
  readonly problems: readonly Problem[];
}

interface Reading {
  readonly values: unknown;
  readonly document: ConfigDocument | undefined;
}

/** Reads and checks one configuration file; messages name it as seen from `cwd`. */
export async function readFileLayer(
  found: FoundFile,
  context: { cwd: string; evaluateCodeConfig?: EvaluateCodeConfig | undefined },
): Promise<FileLayer> {
  const shown = shownPath(found.file, context.cwd);
  if (found.refusal !== undefined) return unread({ message: `${shown}: ${found.refusal}` });
  const reading = isCodeConfig(found.file)
    ? await readCode(found.file, shown, context.evaluateCodeConfig)
    : await readText(found, shown);
  if ('message' in reading) return unread(reading);
  const values = reading.values ?? {};
  if (!isGroup(values)) return unread(notAGroup(values, shown, reading.document));
  const layer = toLayer(values, { file: found.file, shown, document: reading.document });
  const secrets = findSecrets(values);
  return {
    layer,
    problems: [...secrets.map((path) => secretIn(layer, path)), ...checkLayer(layer, secrets)],
  };
}

function unread(problem: Problem): FileLayer {
  return { layer: undefined, problems: [problem] };
}

async function readText(found: FoundFile, shown: string): Promise<Reading | Problem> {
  const isPackage = basename(found.file) === 'package.json';
  const options = { isJson: found.file.endsWith('.json'), within: isPackage ? ['iris'] : [] };
  const document = await readDocument(found.text, options);
  if (document.type === 'document') return { values: document.values, document };
  return {
    message: `${shown}${suffixOf(document.position)}: ${document.reason}`,
    hint: 'Check the commas, quotes, brackets and indentation near that place.',
  };
}

async function readCode(
  file: string,
  shown: string,
  evaluate?: EvaluateCodeConfig,
): Promise<Reading | Problem> {
  if (evaluate !== undefined) return { values: await evaluate(file), document: undefined };
  return {
    message: `${shown}: A configuration that is a program is not evaluated here`,
    hint: 'Put the values into .irisrc, as JSON or YAML.',
  };
}

function toLayer(
  values: RawValues,
  from: { file: string; shown: string; document: ConfigDocument | undefined },
): Layer {
  const placeOf = (path: KeyPath): string => from.shown + suffixOf(from.document?.keyPosition(path));
  return {
    values,
    placeOf,
    originOf: (path) => {
      const position = from.document?.keyPosition(path);
      return position === undefined ? from.file : `${from.file}:${position.line}`;
    },
    subjectOf: (path) => `${from.shown}${suffixOf(from.document?.valuePosition(path))}: ${path.join('.')}`,
  };
}

function notAGroup(values: unknown, shown: string, document: ConfigDocument | undefined): Problem {
  return {
    message: `${shown}${suffixOf(document?.valuePosition([]))}: The configuration is ${describeValue(values)}, expected keys and values`,
    hint: 'For example: timeout: 5m',
  };
}

function secretIn(layer: Layer, path: KeyPath): Problem {
  const name = path.at(-1) ?? '';
  const isVariable = path[0] === 'env' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
  return {
    message: `${layer.placeOf(path)}: ${quote(name)} looks like a secret, which does not belong in a file`,
    hint: isVariable
      ? `Set it in your shell and pass it by name: iris run -e ${name}`
      : 'Set it in the environment instead, for example: export E2B_API_KEY=…',
  };
}

function suffixOf(position: Position | undefined): string {
  return position === undefined ? '' : `:${position.line}:${position.column}`;
}

function shownPath(file: string, cwd: string): string {
  const near = relative(cwd, file);
  return near.startsWith('..') || isAbsolute(near) ? file : near;
}
