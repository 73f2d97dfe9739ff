const BREAKS = /\s*[\r\n\u2028\u2029]+\s*/g;
/** Characters that move the cursor, change colours or turn the direction of writing. */
const CONTROLS = /\p{Cc}|\p{Bidi_Control}/gu;

/** Text of somebody else as one line that cannot steer the terminal. */
export function oneLine(text: string): string {
  return text.replace(BREAKS, ' ').replaceAll('\t', ' ').replace(CONTROLS, '\uFFFD');
}

/** The same for text of several lines, which keeps its lines and tabs. */
export function plainText(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(CONTROLS, (found) => (/[\n\t]/.test(found) ? found : '\uFFFD'));
}
