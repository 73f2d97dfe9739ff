import { z } from 'zod';
import { costSchema } from './cost-schema.ts';
import { runsSchema } from './runs-schema.ts';
import { about, byteSize, duration, GB, MB, plainText } from './schema-values.ts';
import { secretsSchema, variableName } from './secrets-schema.ts';
import { toolsSchema } from './tools-schema.ts';

const limits = z.strictObject({
  memory: byteSize(64 * MB, 1024 * GB)
    .prefault('2GB')
    .meta(
      about(
        'Memory that each process may allocate; Node 24 starts with no less than 640MB.',
        'a size from 64MB to 1TB, such as "2GB"',
      ),
    ),
  processes: z
    .int()
    .min(32)
    .max(65_536)
    .default(512)
    .meta(about('Threads of all processes together.', 'a whole number from 32 to 65536, such as 512')),
  openFiles: z
    .int()
    .min(64)
    .max(1_048_576)
    .default(4096)
    .meta(about('Files that one process may hold open.', 'a whole number from 64 to 1048576, such as 4096')),
  fileSize: byteSize(MB, 1024 * GB)
    .prefault('1GB')
    .meta(about('Size of the largest single file.', 'a size from 1MB to 1TB, such as "1GB"')),
  homeSize: byteSize(MB, 1024 * GB)
    .prefault('1GB')
    .meta(about('Room in the home directory.', 'a size from 1MB to 1TB, such as "1GB"')),
  tmpSize: byteSize(MB, 1024 * GB)
    .prefault('256MB')
    .meta(about('Room in /tmp, which lives in memory.', 'a size from 1MB to 1TB, such as "256MB"')),
});

const daemon = z.strictObject({
  idle: duration({ min: 1 })
    .prefault('10m')
    .meta(
      about(
        'How long the daemon stays when nothing happens.',
        'a duration with its unit, up to 24h, such as "10m"',
      ),
    ),
});

/** Every key of the configuration: its check, its default, its text and what is allowed. */
export const configSchema = z.strictObject({
  provider: z
    .enum(['auto', 'embedded', 'e2b'])
    .default('auto')
    .meta(
      about(
        'Where sandboxes live: on this machine (embedded), in the cloud (e2b), or in the cloud when a key is set (auto).',
        '"auto", "embedded" or "e2b"',
      ),
    ),
  sandbox: z
    .string()
    .regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/)
    .default('default')
    .meta(
      about(
        'Name of the sandbox that runs of this project share.',
        '1 to 64 letters, digits, dots, dashes or underscores, such as "default"',
      ),
    ),
  timeout: duration({ min: 0 })
    .prefault('5m')
    .meta(
      about(
        'How long a script may run; 0 for no limit.',
        'a duration with its unit, up to 24h, such as "5m" or "90s", or 0',
      ),
    ),
  sandboxTimeout: duration({ min: 1 })
    .prefault('15m')
    .meta(about('How long an idle sandbox lives.', 'a duration with its unit, up to 24h, such as "15m"')),
  sandboxOnTimeout: z
    .enum(['close', 'pause'])
    .default('close')
    .meta(
      about(
        'What becomes of a sandbox that was idle for its time: it ends with its files, or it is paused with them until the next run. It holds for sandboxes that are made from then on.',
        '"close" or "pause"',
      ),
    ),
  isolation: z
    .enum(['auto', 'bubblewrap', 'util-linux', 'landlock', 'sandbox-exec', 'none'])
    .default('auto')
    .meta(
      about(
        'How an embedded sandbox is walled off; auto takes the strongest that works here.',
        '"auto", "bubblewrap", "util-linux", "landlock", "sandbox-exec" or "none"',
      ),
    ),
  requireIsolation: z
    .enum(['any', 'reduced', 'namespaces', 'bubblewrap', 'util-linux', 'landlock', 'sandbox-exec'])
    .optional()
    .meta(
      about(
        'The least that an embedded sandbox must be walled off by: a reduced wall, one of namespaces, or one by its name; any (as without it) accepts all. A run is refused where this machine has less.',
        '"any", "reduced", "namespaces", "bubblewrap", "util-linux", "landlock" or "sandbox-exec"',
      ),
    ),
  network: z
    .enum(['off', 'on'])
    .default('off')
    .meta(
      about(
        'Whether a script may reach the internet; this machine and its own networks stay closed either way.',
        '"off" or "on"',
      ),
    ),
  template: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/)
    .default('base')
    .meta(
      about(
        'The E2B template that a cloud sandbox starts from.',
        'the name or id of a template, such as "base"',
      ),
    ),
  cwd: plainText(4096)
    .optional()
    .meta(
      about(
        'Directory in the sandbox that the script starts in; without it, the place of the uploaded project.',
        'a path in the sandbox, such as "/home/user/app"',
      ),
    ),
  include: z
    .array(plainText(1024))
    .default([])
    .meta(
      about(
        'Files to upload besides the script and what it imports, as globs from the project directory.',
        'a list of globs, such as ["data/**/*.json"]',
      ),
    ),
  env: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().regex(/^[^\0]*$/))
    .default({})
    .meta(
      about(
        'Plain variables that every script gets. Secrets do not belong here: pass them by name with -e NAME.',
        'names with a text each, such as { "LOG_LEVEL": "info" }',
      ),
    ),
  secrets: secretsSchema
    .default({})
    .meta(
      about(
        'Variables of yours that scripts may use without seeing them, and the hosts that each may be sent to, in a header that E2B adds outside of the sandbox. Only your own file has it.',
        'names with hosts each, such as { "OPENAI_API_KEY": "api.openai.com", "SHOP_KEY": { "hosts": ["api.shop.example"], "header": "X-Api-Key", "format": "{value}" } }, or with { "as": "env" }',
      ),
    ),
  grantSecrets: z
    .array(variableName)
    .default([])
    .meta(
      about(
        'The secrets that every run may use; --secret says it for one run. A project cannot choose them.',
        'a list of names in secrets, such as ["OPENAI_API_KEY"]',
      ),
    ),
  volumes: z
    .array(z.string().regex(/^[A-Za-z0-9_-]{1,128}:\/[^:\0]{0,1000}$/))
    .max(20)
    .default([])
    .meta(
      about(
        'Folders that outlive sandboxes, by name, and where a sandbox has them. Only your own file has it; --volume says it for one run instead.',
        'a list of NAME:/path, such as ["cache:/home/user/cache"]; scripts may write to all of them, there is no ":ro"',
      ),
    ),
  projectId: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/)
    .optional()
    .meta(
      about(
        "Whose data the tools read and write; without it, the project directory's name and a digest of its path.",
        '1 to 63 lower-case letters, digits, dashes or underscores, such as "shop"',
      ),
    ),
  store: z
    .enum(['auto', 'embedded', 'postgres', 'supabase'])
    .default('auto')
    .meta(
      about(
        'Where the data of the tools is: on this machine (embedded), behind DATABASE_URL (postgres), behind SUPABASE_URL (supabase), or wherever a variable says (auto).',
        '"auto", "embedded", "postgres" or "supabase"',
      ),
    ),
  mcp: z
    .array(plainText(100))
    .default([])
    .meta(
      about(
        'Other MCP servers whose tools a script may call, by their names in mcpServers, .mcp.json or the settings of MCP clients; what a project says needs: iris mcp allow.',
        'a list of names, such as ["github", "cursor:linear"]',
      ),
    ),
  mcpServers: z
    .record(plainText(100), z.record(z.string(), z.json()))
    .default({})
    .meta(
      about(
        'MCP servers as in .mcp.json: a command with args and env, or a url with headers. ${NAME} stands for a variable of yours, so that no secret is in the file.',
        'names with a server each, such as { "github": { "command": "github-mcp-server", "args": ["stdio"] } }',
      ),
    ),
  tools: toolsSchema
    .prefault({})
    .meta(
      about(
        'Which tools a script may call, and how much of them. A rule is a name with * for anything, a group, or an effect: read, write or delete.',
        'keys such as deny: [delete]',
      ),
    ),
  cost: costSchema
    .prefault({})
    .meta(
      about(
        "What sandboxes in E2B's cloud may come to, by estimate. On this machine they cost nothing.",
        'keys such as maxPerRun: 0.50',
      ),
    ),
  runs: runsSchema
    .prefault({})
    .meta(
      about(
        'What stays of runs when they have ended, for `iris runs`. Only your own file has it.',
        'keys such as keep: 200',
      ),
    ),
  limits: limits
    .prefault({})
    .meta(about('What one sandbox may use of this machine.', 'keys such as memory: "2GB"')),
  daemon: daemon
    .prefault({})
    .meta(about('The background process that keeps sandboxes warm.', 'keys such as idle: "10m"')),
});
