import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const SERVER = fileURLToPath(new URL('./stdio-server.ts', import.meta.url));
const TSX = fileURLToPath(new URL('../../node_modules/tsx/dist/cli.mjs', import.meta.url));

const calls = Number(process.argv[2]);
const client = new Client({ name: 'bench', version: '1.0.0' });
await client.connect(new StdioClientTransport({ command: process.execPath, args: [TSX, SERVER] }));
const call = (value: string): Promise<unknown> => client.callTool({ name: 'echo', arguments: { value } });
const text = 'x'.repeat(1000);
const large = 'x'.repeat(1_000_000);
for (let index = 0; index < 50; index++) await call(text);
const took: number[] = [];
for (let index = 0; index < calls; index++) {
  const startedAt = performance.now();
  await call(text);
  took.push(performance.now() - startedAt);
}
took.sort((a, b) => a - b);
const startedAt = performance.now();
await Promise.all(Array.from({ length: 100 }, () => call(text)));
const wall100 = performance.now() - startedAt;
const big: number[] = [];
for (let index = 0; index < 10; index++) {
  const at = performance.now();
  await call(large);
  big.push(performance.now() - at);
}
big.sort((a, b) => a - b);
console.log(
  JSON.stringify({ p50: took[calls >> 1], p99: took[Math.floor(calls * 0.99)], wall100, large: big[5] }),
);
await client.close();
