/** Prints what a program reads. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** Says that there is nothing, and what to do about it. */
export function printNothing(what: string, nextStep: string): void {
  process.stderr.write(`iris: ${what}\n  ${nextStep}\n`);
}

/** Says that a list goes on. */
export function printMore(shown: number): void {
  process.stderr.write(
    `iris: these are the first ${shown}; there are more\n  See them with --limit or --all.\n`,
  );
}
