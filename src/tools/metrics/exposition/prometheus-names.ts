/** How Prometheus writes the units of UCUM. */
const UNITS: Readonly<Record<string, string>> = {
  d: 'days',
  h: 'hours',
  min: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  By: 'bytes',
  KiBy: 'kibibytes',
  MiBy: 'mebibytes',
  GiBy: 'gibibytes',
  kBy: 'kilobytes',
  MBy: 'megabytes',
  GBy: 'gigabytes',
  Cel: 'celsius',
  Hz: 'hertz',
  J: 'joules',
  W: 'watts',
  V: 'volts',
  A: 'amperes',
  g: 'grams',
  m: 'meters',
  '%': 'percent',
};

/** The unit as the end of a name, or undefined for one that has none. */
export function unitSuffix(unit: string | null, type: string): string | undefined {
  if (unit === null) return undefined;
  // A ratio of a counter would be a count.
  if (unit === '1') return type === 'gauge' ? 'ratio' : undefined;
  const [above, ...below] = unit
    .replace(/\{[^}]*\}/g, '')
    .split('/')
    .map((part) => sanitize((Object.hasOwn(UNITS, part) ? UNITS[part] : undefined) ?? part));
  const per = below.filter((part) => part !== '').map((part) => `per_${part}`);
  const words = [above, ...per].filter((part) => part !== undefined && part !== '');
  return words.length === 0 ? undefined : words.join('_');
}

/** The name of a family: letters, digits and _, the unit at its end, and without the _total of a counter. */
export function familyName(name: string, type: string, unit: string | undefined): string {
  const plain = sanitize(type === 'counter' ? name.replace(/_total$/, '') : name);
  const base = /^[A-Za-z_:]/.test(plain) ? plain : `metric_${plain}`.replace(/_$/, '');
  if (unit === undefined || base.endsWith(`_${unit}`) || base === unit) return base;
  return `${base}_${unit}`;
}

/** Labels under names that Prometheus takes; those that become the same are joined with a semicolon. */
export function promLabels(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const named = new Map<string, string>();
  for (const [key, value] of Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    const name = labelName(key);
    const before = named.get(name);
    named.set(name, before === undefined ? value : `${before};${value}`);
  }
  return Object.fromEntries(named);
}

function labelName(key: string): string {
  const plain = key.replace(/[^A-Za-z0-9_]/g, '_');
  // Two underscores, and the names of summaries and histograms, are taken.
  if (plain.startsWith('__') || /^\d/.test(plain)) return `key_${plain.replace(/^_+/, '')}`;
  return plain === 'quantile' || plain === 'le' ? `exported_${plain}` : plain;
}

function sanitize(text: string): string {
  return text
    .replace(/[^A-Za-z0-9_:]+/g, '_')
    .replace(/_{2,}/g, '_')
    .replace(/^_+|_+$/g, '');
}
