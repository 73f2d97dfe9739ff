/** Name of the package that a bare import asks for: `@scope/name/sub` gives `@scope/name`. */
export function packageNameOf(specifier: string): string {
  const [first = '', second = ''] = specifier.split('/');
  return first.startsWith('@') && second !== '' ? `${first}/${second}` : first;
}

/** Tells whether an import names a file and not a package. */
export function isPathImport(specifier: string): boolean {
  return /^(?:\.{1,2}(?:[\\/]|$)|[\\/]|[A-Za-z]:[\\/])/.test(specifier);
}
