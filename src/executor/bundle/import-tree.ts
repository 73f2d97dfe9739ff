import { resolve, sep } from 'node:path';
import type { Metafile } from 'esbuild';
import type { PlannedPackage, PlannedSource } from '../../contract/run-plan.ts';
import { toSlashes } from './relative-path.ts';
import { packageNameOf } from './package-name.ts';
import { toShownPath } from './script-place.ts';

/** Everything that goes into a bundle, and how the script comes to it. */
export interface ImportTree {
  readonly sources: readonly PlannedSource[];
  readonly packages: readonly PlannedPackage[];
}

type Inputs = Metafile['inputs'];

const MODULES = /(?:^|\/)node_modules\/(?!.*\/node_modules\/)/;

/** Reads esbuild's account of a build; what is nearest to the script comes first. */
export function importTree({ inputs, outputs }: Metafile, localDir: string): ImportTree {
  const bundled = bundledBytes(outputs);
  const importers = importersOf(inputs, outputs);
  const shown = (name: string): string => packageOf(name) ?? toShownPath(localDir, resolve(localDir, name));
  const sources: PlannedSource[] = [];
  const packages = new Map<string, PlannedPackage>();
  for (const name of importers.keys()) {
    if (isMadeUp(name)) continue;
    const owner = packageOf(name);
    if (owner === undefined) {
      sources.push({
        file: shown(name),
        bytes: inputs[name]?.bytes ?? 0,
        via: chainTo(name, importers, shown),
      });
      continue;
    }
    const known = packages.get(owner);
    packages.set(owner, {
      name: owner,
      files: (known?.files ?? 0) + 1,
      bytes: (known?.bytes ?? 0) + (bundled.get(name) ?? 0),
      via: known?.via ?? chainTo(name, importers, shown),
    });
  }
  return { sources, packages: [...packages.values()] };
}

function bundledBytes(outputs: Metafile['outputs']): Map<string, number> {
  const all = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  return new Map(all.map(([name, { bytesInOutput }]) => [name, bytesInOutput]));
}

/** Each input with the one that leads to it on the shortest way from the script; the script itself has none. */
function importersOf(inputs: Inputs, outputs: Metafile['outputs']): Map<string, string | undefined> {
  const entry = Object.values(outputs).find(({ entryPoint }) => entryPoint !== undefined)?.entryPoint;
  const importers = new Map<string, string | undefined>(entry === undefined ? [] : [[entry, undefined]]);
  for (const name of importers.keys()) {
    for (const { path } of inputs[name]?.imports ?? []) {
      if (inputs[path] !== undefined && !importers.has(path)) importers.set(path, name);
    }
  }
  return importers;
}

function chainTo(
  name: string,
  importers: ReadonlyMap<string, string | undefined>,
  shown: (name: string) => string,
): string[] {
  const chain: string[] = [];
  for (let at = importers.get(name); at !== undefined; at = importers.get(at)) {
    const step = shown(at);
    if (!isMadeUp(at) && chain[0] !== step) chain.unshift(step);
  }
  return chain;
}

/** The package that a file belongs to; undefined for a file of the user's own. */
function packageOf(name: string): string | undefined {
  const [, inside] = toSlashes(name).split(MODULES);
  return inside === undefined ? undefined : packageNameOf(inside);
}

/** Modules of iris' own making stand in a namespace, such as `iris-meta:/a.ts`. */
function isMadeUp(name: string): boolean {
  return /^[a-z-]{2,}:/.test(name) || name.startsWith(`${sep}<`) || /^[<(]/.test(name);
}
