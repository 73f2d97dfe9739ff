/**
 * Whether a client really wants gzip: it names nothing else. A longer list is what HTTP libraries send by themselves;
 * compressing for it costs time between two ends of one machine, and the client its Content-Length.
 */
export function wantsGzip(acceptEncoding: string | undefined): boolean {
  const wanted = (acceptEncoding ?? '').split(',').map(parseCoding);
  const accepted = wanted.filter(({ name, weight }) => name !== '' && name !== 'identity' && weight > 0);
  return accepted.length === 1 && accepted[0]?.name === 'gzip';
}

function parseCoding(text: string): { name: string; weight: number } {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  return { name, weight: weight === undefined ? 1 : Number(weight.slice('q='.length)) };
}
