import { readdir, readFile } from 'node:fs/promises';
import { iris } from 'iris-prime';

interface Price {
  readonly name: string;
  readonly cents: number;
}

const problems: string[] = [];
let prices = 0;
for (const file of (await readdir('data')).toSorted()) {
  const parsed: unknown = JSON.parse(await readFile(`data/${file}`, 'utf8'));
  if (!Array.isArray(parsed)) throw new Error(`data/${file} is no list`);
  for (const [index, entry] of parsed.entries()) {
    prices += 1;
    if (!isPrice(entry))
      problems.push(`data/${file}, entry ${index + 1}: ${JSON.stringify(entry)} is no price`);
  }
}
await iris.recordMetric('prices.problems', problems.length);

console.log(`${prices} prices, ${problems.length} problems`);
// What is thrown becomes an annotation at this line, and the job fails.
if (problems.length > 0) throw new Error(problems.join('\n'));

function isPrice(value: unknown): value is Price {
  if (typeof value !== 'object' || value === null) return false;
  const { name, cents } = value as Partial<Record<keyof Price, unknown>>;
  return typeof name === 'string' && name !== '' && Number.isInteger(cents) && Number(cents) > 0;
}
