import { resolve } from 'node:path';

/** The files of the package that a process of iris needs to know, from where the build lies. */
export function packageFiles(dist: string): {
  readonly agentFile: string;
  readonly wrapperFile: string;
  readonly pythonClientDir: string;
  readonly relayFile: string;
  readonly copierFile: string;
  readonly migrationsDir: string;
  readonly storeWorkerFile: string;
  readonly storeTemplateFile: string;
} {
  const distDir = resolve(dist);
  return {
    agentFile: `${distDir}/agent/agent.cjs`,
    copierFile: `${distDir}/agent/copier.cjs`,
    relayFile: `${distDir}/bridge/relay.mjs`,
    wrapperFile: `${distDir}/wrapper/iris-prime.mjs`,
    pythonClientDir: `${distDir}/wrapper/python`,
    migrationsDir: resolve(distDir, '../supabase/migrations'),
    storeWorkerFile: `${distDir}/store/worker.js`,
    storeTemplateFile: `${distDir}/store/template.tgz`,
  };
}
