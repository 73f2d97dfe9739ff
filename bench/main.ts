const BENCHES: Readonly<Record<string, () => Promise<{ main: (rounds: number) => Promise<void> }>>> = {
  run: () => import('./run/main.ts'),
  host: () => import('./host/main.ts'),
  bridge: () => import('./bridge/main.ts'),
  cloud: () => import('./cloud/main.ts'),
  tools: () => import('./tools/main.ts'),
};

const words = process.argv.slice(2);
const [name = '', rounds = '20'] = words.filter((word) => word !== '--write');
const load = BENCHES[name];
if (words.includes('--write') && (load !== undefined || name === 'all')) {
  const { writePage } = await import('./write-page.ts');
  await writePage(
    name === 'all' ? Object.keys(BENCHES) : [name],
    words.find((word) => /^\d+$/.test(word)),
  );
} else if (load === undefined) {
  console.error(
    `Which benchmark? npm run bench -- ${Object.keys(BENCHES).join(' | ')} [rounds] [--write], or: all --write`,
  );
  process.exitCode = 64;
} else {
  const { main } = await load();
  await main(Number(rounds));
}
