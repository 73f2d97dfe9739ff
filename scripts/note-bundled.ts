import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/** Where the builds note what they bundled, until `list-licences.ts` has read it. */
export const BUNDLED_DIR = 'dist/bundled';

/** An esbuild plugin that notes the files of packages that went into a build. */
export function noteBundled(): Plugin {
  return {
    name: 'note-bundled',
    setup(build) {
      build.initialOptions.metafile = true;
      build.onEnd(({ metafile }) => {
        if (metafile === undefined) return;
        const outputs = Object.values(metafile.outputs);
        const files = outputs.flatMap(({ inputs }) =>
          Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
        );
        const packaged = [...new Set(files)].filter((file) => file.includes('node_modules/'));
        mkdirSync(BUNDLED_DIR, { recursive: true });
        const name = (Object.keys(metafile.outputs)[0] ?? 'none').replaceAll(/[^a-z0-9]+/gi, '-');
        writeFileSync(join(BUNDLED_DIR, `${name}.json`), JSON.stringify(packaged));
      });
    },
  };
}
