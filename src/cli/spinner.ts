import ora from 'ora';

/** Starts a spinner on stderr; it leaves no trace when it stops. */
export function startSpinner(text: string): { text: string; stop(): void } {
  return ora({ text, stream: process.stderr, discardStdin: false }).start();
}
