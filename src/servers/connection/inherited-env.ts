import { DEFAULT_INHERITED_ENV_VARS } from '@modelcontextprotocol/client/stdio';

/** What programs need to find themselves, each other and the way out of a company's network. */
const BESIDES = [
  'ALL_PROXY',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'LANG',
  'LC_ALL',
  'NODE_EXTRA_CA_CERTS',
  'NO_PROXY',
  'SSL_CERT_DIR',
  'SSL_CERT_FILE',
  'TMPDIR',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_STATE_HOME',
  'https_proxy',
  'http_proxy',
  'no_proxy',
] as const;

/** The variables of the user that a process of a server inherits; all others it gets by name or not at all. */
export const INHERITED_ENV: readonly string[] = [...new Set([...DEFAULT_INHERITED_ENV_VARS, ...BESIDES])];
