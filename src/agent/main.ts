import { Socket } from 'node:net';
import path from 'node:path';
import { startAgent } from './agent.ts';

const TRANSPORT_FD = 3;
const EXIT_INTERNAL = 70;

process.on('uncaughtException', (error) => {
  process.stderr.write(`agent: ${error.stack ?? error.message}\n`);
  process.exit(EXIT_INTERNAL);
});

// Files and directories get the modes that they get in E2B's cloud, whatever the host's user prefers.
process.umask(0o022);

const agent = startAgent({
  transport: new Socket({ fd: TRANSPORT_FD, readable: true, writable: true }),
  env: process.env,
  nodeFile: process.execPath,
  spareFile: path.join(__dirname, 'spare.mjs'),
  preloadFile: path.join(__dirname, 'egress.cjs'),
  kernelFile: path.join(__dirname, 'kernel.cjs'),
  // Without walls there is no folder that it could be mounted in.
  esbuildFile: process.env['IRIS_ESBUILD'] ?? path.join(__dirname, 'esbuild'),
});
void agent.closed.then(() => process.exit(0));
