import { statfs } from 'node:fs/promises';

/** NFS, CIFS, SMB, SMB2 and FUSE, by the numbers of the kernel's linux/magic.h. */
const NETWORK_TYPES = new Set([0x6969, 0xff534d42, 0x517b, 0xfe534d42, 0x65735546]);

/** Whether a path lies on a file system whose changes may come from elsewhere, unseen by inotify. */
export async function isOnNetworkMount(file: string): Promise<boolean> {
  const stats = await statfs(file).catch(() => undefined);
  return stats !== undefined && NETWORK_TYPES.has(stats.type >>> 0);
}
