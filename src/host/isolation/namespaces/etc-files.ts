import { SANDBOX_GID, SANDBOX_HOME, SANDBOX_HOSTNAME, SANDBOX_UID } from '../launch/sandbox-layout.ts';

/** A generated file of the sandbox's /etc. */
export interface EtcFile {
  readonly name: string;
  readonly content: string;
}

/** The whole /etc that iris writes: enough for libc to name users and hosts, nothing of the host's own. */
export function etcFiles(): readonly EtcFile[] {
  return [
    {
      name: 'passwd',
      content: lines(
        'root:x:0:0:root:/root:/bin/sh',
        `user:x:${SANDBOX_UID}:${SANDBOX_GID}:user:${SANDBOX_HOME}:/bin/sh`,
        'nobody:x:65534:65534:nobody:/nonexistent:/bin/false',
      ),
    },
    { name: 'group', content: lines('root:x:0:', `user:x:${SANDBOX_GID}:`, 'nogroup:x:65534:') },
    { name: 'hosts', content: lines(`127.0.0.1 localhost ${SANDBOX_HOSTNAME}`, '::1 localhost') },
    { name: 'hostname', content: lines(SANDBOX_HOSTNAME) },
    { name: 'nsswitch.conf', content: lines('passwd: files', 'group: files', 'hosts: files dns') },
  ];
}

function lines(...all: string[]): string {
  return `${all.join('\n')}\n`;
}
