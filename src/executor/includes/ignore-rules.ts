import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Ignore } from 'ignore';
import { foldersUp } from '../bundle/folders-up.ts';
import { toSlashes } from '../bundle/relative-path.ts';

/** The files that say what is not sent along, in the order in which they are asked. */
const RULE_FILES = ['.gitignore', '.irisignore'] as const;

export type RuleFile = (typeof RULE_FILES)[number];

type Parse = (text: string) => Ignore;

/** What `.gitignore` and `.irisignore` say, from the root of the repository down to each file. */
export class IgnoreRules {
  readonly #localDir: string;
  readonly #parse: Parse;
  readonly #known = new Map<string, Ignore | undefined>();

  private constructor(localDir: string, parse: Parse) {
    this.#localDir = localDir;
    this.#parse = parse;
  }

  static async open(localDir: string): Promise<IgnoreRules> {
    const { default: ignore } = await import('ignore');
    return new IgnoreRules(localDir, (text) => ignore().add(text));
  }

  /** The first of `files` that keeps `name` back, a path below the local directory; undefined where none does. */
  keptBackBy(name: string, files: readonly RuleFile[] = RULE_FILES): RuleFile | undefined {
    const file = join(this.#localDir, name);
    const folders = this.#foldersAbove(file);
    return files.find((ruleFile) => this.#isIgnored(file, folders, ruleFile));
  }

  /** The nearer a file of rules lies, the more it counts. */
  #isIgnored(file: string, folders: readonly string[], ruleFile: RuleFile): boolean {
    let isIgnored = false;
    for (const folder of folders) {
      const said = this.#rulesIn(folder, ruleFile)?.test(toSlashes(relative(folder, file)));
      if (said?.ignored === true) isIgnored = true;
      else if (said?.unignored === true) isIgnored = false;
    }
    return isIgnored;
  }

  /** From the root of the repository, or else the local directory, down to the folder of `file`. */
  #foldersAbove(file: string): string[] {
    const up = foldersUp(this.#localDir);
    const root = up.find((folder) => existsSync(join(folder, '.git'))) ?? this.#localDir;
    const above = foldersUp(dirname(file));
    return above.slice(0, above.indexOf(root) + 1).toReversed();
  }

  #rulesIn(folder: string, ruleFile: RuleFile): Ignore | undefined {
    const file = join(folder, ruleFile);
    if (!this.#known.has(file)) this.#known.set(file, this.#read(file));
    return this.#known.get(file);
  }

  #read(file: string): Ignore | undefined {
    try {
      return this.#parse(readFileSync(file, 'utf8'));
    } catch {
      return undefined;
    }
  }
}
