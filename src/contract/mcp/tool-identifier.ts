const WORD_START = /[^A-Za-z0-9$]+([A-Za-z0-9$])?/g;

/** The name of a tool or a server as code writes it: `create_issue` is `createIssue`, `2fa-check` is `_2faCheck`. */
export function toIdentifier(name: string): string {
  const joined = name.replace(
    WORD_START,
    (_separator, next: string | undefined) => next?.toUpperCase() ?? '',
  );
  const [first = ''] = name;
  const word = /[A-Za-z0-9$]/.test(first) ? joined : joined.charAt(0).toLowerCase() + joined.slice(1);
  if (word === '') return '_';
  return /^\d/.test(word) || RESERVED.has(word) ? `_${word}` : word;
}

/** Words that no constant can have as its name. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally for function if implements import in instanceof interface let new null package private protected ' +
    'public return static super switch this throw true try typeof var void while with yield'
  ).split(' '),
);
