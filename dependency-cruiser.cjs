// What each folder may import. Read top to bottom: the ground floor first.
const MAY_IMPORT = {
  core: [],
  agent: ['core'],
  contract: ['core'],
  config: ['core', 'contract'],
  host: ['core', 'contract'],
  sandbox: ['core', 'contract'],
  store: ['core', 'contract'],
  servers: ['core', 'contract'],
  tools: ['core', 'contract', 'store'],
  bridge: ['core', 'contract', 'tools'],
  // Its own bundle: of the bridge it may know the wire alone.
  wrapper: ['core', 'bridge/wire', 'bridge/line-splitter', 'bridge/tool-door'],
  mcp: ['core', 'contract', 'tools'],
  executor: ['core', 'contract', 'sandbox', 'bridge'],
  app: ['core', 'contract', 'config', 'host', 'sandbox', 'store', 'servers', 'tools', 'bridge', 'executor'],
  daemon: ['core', 'contract', 'app'],
  library: ['core', 'contract', 'app', 'daemon/client'],
  cli: ['core', 'contract', 'config', 'bridge', 'app', 'daemon/client', 'mcp'],
};

// Which folder owns which heavy package.
const OWNER = {
  commander: 'cli',
  ora: 'cli',
  chalk: 'cli',
  'cli-table3': 'cli',
  'jsonc-parser': '(cli|servers)',
  cosmiconfig: 'config',
  yaml: 'config',
  zod: '(bridge|contract|config|host|sandbox|servers|store|tools)',
  e2b: 'sandbox',
  '@e2b/code-interpreter': 'sandbox',
  esbuild: 'executor',
  tinyglobby: 'executor',
  '@electric-sql/pglite': 'store',
  pg: 'store',
  '@supabase/supabase-js': 'store',
  mustache: 'tools',
  diff: '(cli|tools)',
  ajv: 'tools',
  '@modelcontextprotocol/server': 'mcp',
  '@modelcontextprotocol/client': 'servers',
  'smol-toml': 'servers',
  '@modelcontextprotocol/node': 'mcp',
  'ajv-formats': 'tools',
};

const floors = Object.entries(MAY_IMPORT).map(([from, to]) => ({
  name: `${from}-knows-only-${to.join('-').replaceAll('/', '-') || 'itself'}`,
  severity: 'error',
  from: { path: `^src/${from}/` },
  to: { path: '^src/', pathNot: [from, ...to].map((place) => `^src/${place}(/|\\.ts$)`) },
}));

const owners = Object.entries(OWNER).map(([name, folder]) => ({
  name: `only-${folder.replace(/\W+/g, '-')}-uses-${name.replace(/\W+/g, '-')}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/${folder}/` },
  to: { path: `node_modules/${name}(/|$)`, dependencyTypesNot: ['type-only'] },
}));

module.exports = {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-folder-circle', severity: 'error', scope: 'folder', from: {}, to: { circular: true } },
    {
      name: 'nothing-loose-in-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^src/[^/]+\\.ts$', pathNot: '^src/index\\.ts$' },
    },
    { name: 'no-test-in-src', severity: 'error', from: { path: '^src/' }, to: { path: '^test/' } },
    { name: 'no-unknown-import', severity: 'error', from: { path: '^src/' }, to: { couldNotResolve: true } },
    ...floors,
    ...owners,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node'] },
  },
};
