import type { HostFacts } from './host-facts.ts';
import type { MissingPart } from './missing-parts.ts';

/** Turns a launcher's last words into the setting of this host that caused them, with the remedy. */
export function explainFailure(words: string, facts: HostFacts): MissingPart {
  if (facts.maxUserNamespaces === '0') {
    return setting(
      'user.max_user_namespaces=0 forbids user namespaces',
      'user.max_user_namespaces=15000',
      words,
    );
  }
  if (facts.unprivilegedUsernsClone === '0') {
    const remedy = 'kernel.unprivileged_userns_clone=1';
    return setting('kernel.unprivileged_userns_clone=0 forbids user namespaces', remedy, words);
  }
  if (facts.apparmorRestrictsUserns === '1' && isRefusal(words)) {
    const remedy = 'kernel.apparmor_restrict_unprivileged_userns=0';
    return setting('kernel.apparmor_restrict_unprivileged_userns=1 forbids user namespaces', remedy, words);
  }
  if ((facts.container !== undefined || facts.isFiltered) && isRefusal(words)) {
    return {
      cause: `${containerName(facts)} does not let its processes make namespaces (${words})`,
      remedy:
        'start the container with --security-opt seccomp=unconfined --security-opt systempaths=unconfined',
    };
  }
  return { cause: words };
}

function setting(cause: string, remedy: string, words: string): MissingPart {
  return { cause: `${cause} (${words})`, remedy: `sysctl -w ${remedy}` };
}

function isRefusal(words: string): boolean {
  return /not permitted|permission denied|EPERM|EACCES/i.test(words);
}

function containerName({ container }: HostFacts): string {
  return container === undefined ? 'this container' : `this ${container} container`;
}
