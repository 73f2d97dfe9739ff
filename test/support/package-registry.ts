import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tempDir } from './temp-dir.ts';

const run = promisify(execFile);

/** A registry for npm and pip with one small package each, on loopback. */
export interface PackageRegistry extends AsyncDisposable {
  readonly url: string;
  /** The paths that were asked for. */
  readonly requests: string[];
}

const WHEEL = 'tiny_wheel-1.0.0-py3-none-any.whl';
const MAKE_WHEEL = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
    wheel.writestr('tiny_wheel.py', 'NAME = "tiny_wheel"\\n')
    wheel.writestr('tiny_wheel-1.0.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: tiny-wheel\\nVersion: 1.0.0\\n')
    wheel.writestr('tiny_wheel-1.0.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr('tiny_wheel-1.0.0.dist-info/RECORD', '')
`;

/** Serves `tiny-native` in versions 1.0.0 and 2.0.0 to npm, and `tiny-wheel` 1.0.0 to pip. */
export async function openPackageRegistry(): Promise<PackageRegistry> {
  const root = await tempDir();
  const files = new Map<string, Buffer>();
  for (const version of ['1.0.0', '2.0.0']) files.set(`/${version}.tgz`, await packNpm(root.path, version));
  const wheel = join(root.path, WHEEL);
  await run('python3', ['-c', MAKE_WHEEL, wheel]);
  files.set(`/${WHEEL}`, await readFile(wheel));
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    requests.push(path);
    const file = files.get(path);
    if (file !== undefined) return response.end(file);
    if (path === '/tiny-native') return response.end(JSON.stringify(packument(url())));
    if (path === '/simple/tiny-wheel/') {
      response.setHeader('content-type', 'text/html');
      return response.end(`<a href="/${WHEEL}">${WHEEL}</a>`);
    }
    response.statusCode = 404;
    return response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url(),
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await root[Symbol.asyncDispose]();
    },
  };
}

async function packNpm(root: string, version: string): Promise<Buffer> {
  const dir = join(root, version, 'package');
  await mkdir(dir, { recursive: true });
  const manifest = { name: 'tiny-native', version, main: 'index.js' };
  await writeFile(join(dir, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(dir, 'index.js'), `module.exports = 'tiny ${version}';`);
  const file = join(root, `${version}.tgz`);
  await run('tar', ['-czf', file, '-C', join(root, version), 'package']);
  return await readFile(file);
}

function packument(url: string): unknown {
  const version = (name: string): unknown => ({
    name: 'tiny-native',
    version: name,
    main: 'index.js',
    dist: { tarball: `${url}/${name}.tgz` },
  });
  return {
    name: 'tiny-native',
    'dist-tags': { latest: '2.0.0' },
    versions: { '1.0.0': version('1.0.0'), '2.0.0': version('2.0.0') },
  };
}
