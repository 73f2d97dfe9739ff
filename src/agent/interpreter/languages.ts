import { InterpreterFailure } from './interpreter-failure.ts';

/** The languages that have a kernel. */
export type Language = 'python' | 'javascript' | 'typescript' | 'bash';

const DEFAULT_LANGUAGE: Language = 'python';

const BY_NAME: ReadonlyMap<string, Language> = new Map<string, Language>([
  ['python', 'python'],
  ['python3', 'python'],
  ['py', 'python'],
  ['javascript', 'javascript'],
  ['js', 'javascript'],
  ['typescript', 'typescript'],
  ['ts', 'typescript'],
  ['bash', 'bash'],
]);
const ONLY_IN_THE_CLOUD = ['r', 'java'];
const STATUS_NOT_IMPLEMENTED = 501;

/** The language of a request, the default one when it names none. Throws InterpreterFailure. */
export function parseLanguage(given: string | undefined): Language {
  if (given === undefined || given.trim() === '') return DEFAULT_LANGUAGE;
  const name = given.trim().toLowerCase();
  const language = BY_NAME.get(name);
  if (language) return language;
  if (ONLY_IN_THE_CLOUD.includes(name)) {
    throw new InterpreterFailure(
      STATUS_NOT_IMPLEMENTED,
      `The language ${name} has no kernel in the embedded host; it runs in E2B's cloud`,
    );
  }
  const known = [...new Set(BY_NAME.values())].join(', ');
  throw new InterpreterFailure(
    400,
    `Unknown language ${JSON.stringify(given.slice(0, 40))}; known: ${known}`,
  );
}
