const BENCHES: Readonly<Record<string, () => Promise<{ main: (rounds: number) => Promise<void> }>>> = {
  run: () => import('./run/main.ts'),
  host: () => import('./host/main.ts'),
  bridge: () => import('./bridge/main.ts'),
  cloud: () => import('./cloud/main.ts'),
  tools: () => import('./tools/main.ts'),
};

const [name = '', rounds = '20'] = process.argv.slice(2);
const load = BENCHES[name];
if (load === undefined) {
  console.error(`Which benchmark? npm run bench -- ${Object.keys(BENCHES).join(' | ')} [rounds]`);
  process.exitCode = 64;
} else {
  const { main } = await load();
  await main(Number(rounds));
}
