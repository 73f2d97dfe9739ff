import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../support/workspace.ts';

/** Sandboxes see the programs of the system. */
const hasPython = existsSync('/usr/bin/python3');

let space: Workspace;
beforeAll(async () => {
  space = await openWorkspace();
  await space.write({
    'main.py': `import sys, os, json
from pkg import helper
from pkg.deep import value as v, other
import beside
print(helper.name, v, other, beside.x, sys.argv[1:], os.environ.get("A"))
print(json.dumps(sys.stdin.read()))
sys.exit(7)
`,
    'pkg/__init__.py': '',
    'pkg/helper.py': 'from . import sibling\nname = sibling.name\n',
    'pkg/sibling.py': 'name = "sibling"\n',
    'pkg/deep/__init__.py': 'from .inner import value\nother = 2\n',
    'pkg/deep/inner.py': 'value = 1\n',
    'beside.py': 'x = 3\n',
    'unused.py': 'x = 4\n',
    'throws.py': 'from pkg import bad\nbad.f()\n',
    'pkg/bad.py': 'def f():\n    raise ValueError("bad")\n',
    'reads.py': 'from pathlib import Path\nprint((Path(__file__).parent / "data.txt").read_text(), end="")\n',
    'data.txt': 'data\n',
    'slow.py': 'import time\nprint("begun")\ntime.sleep(60)\n',
    tool: '#!/usr/bin/env python3\nprint("by its first line")\n',
    'main.sh': '. lib/a.sh\n. "$(dirname "$0")/lib/b.sh"\nhello "$1"; bye; exit 5\n',
    'lib/a.sh': 'hello() { echo "hello $1"; }\n',
    'lib/b.sh': 'bye() { echo bye >&2; }\n',
    'arrays.sh': '#!/bin/bash\na=(one two); echo "${a[1]}"\n',
    'plain.cjs': 'const { x } = require("./x.cjs"); console.log("cjs", x);',
    'x.cjs': 'exports.x = 1;',
    'plain.mjs': 'import { x } from "./x.cjs"; console.log("esm", x, await Promise.resolve(2));',
    'plain.js': 'console.log("js", process.argv[2]);',
    'script.rb': 'puts 1',
    nothing: 'just text',
  });
  await chmod(join(space.dir, 'tool'), 0o755);
});
afterAll(async () => {
  await space[Symbol.asyncDispose]();
});

describe.skipIf(!hasPython)('a script of Python', () => {
  test('runs with its local imports, arguments, variables and standard input', async () => {
    const result = await space.iris(['run', '-e', 'A=b', 'main.py', 'one', '--two'], {
      input: 'in',
      stdin: 'pipe',
    });

    expect(result.stderr).not.toContain('Traceback');
    expect(result.stdout).toBe("sibling 1 2 3 ['one', '--two'] b\n\"in\"\n");
    expect(result.exitCode).toBe(7);
  });

  test('sends what it imports, and nothing else', async () => {
    const plan = JSON.parse(String((await space.iris(['run', '--plan', '--json', 'main.py'])).stdout));

    const files = plan.files.sources.map(({ file, via }: { file: string; via: string[] }) => [file, ...via]);
    expect(files.toSorted()).toEqual([
      ['beside.py', 'main.py'],
      ['main.py'],
      ['pkg/__init__.py', 'main.py'],
      ['pkg/deep/__init__.py', 'main.py'],
      ['pkg/deep/inner.py', 'main.py', 'pkg/deep/__init__.py'],
      ['pkg/helper.py', 'main.py'],
      ['pkg/sibling.py', 'main.py', 'pkg/helper.py'],
    ]);
    expect(plan.files.upload.files).toBe(7);
  });

  test('fails with a traceback that names its own files', async () => {
    const { exitCode, stderr } = await space.iris(['run', 'throws.py']);

    expect(exitCode).toBe(1);
    expect(stderr).toContain('pkg/bad.py", line 2, in f');
    expect(stderr).toContain('ValueError: bad');
  });

  test('finds files that were sent along beside itself, and is told apart by its first line', async () => {
    expect((await space.iris(['run', '--include', 'data.txt', 'reads.py'])).stdout).toBe('data\n');
    expect((await space.iris(['run', 'tool'])).stdout).toBe('by its first line\n');
  });

  test('prints at once, and ends with its time limit', async () => {
    const { exitCode, stdout } = await space.iris(['run', '--timeout', '1s', 'slow.py']);

    expect({ exitCode, stdout }).toEqual({ exitCode: 124, stdout: 'begun\n' });
  });

  test('is run again after a change', async () => {
    await space.write({ 'again.py': 'print(1)' });
    await space.iris(['run', 'again.py']);
    await space.write({ 'again.py': 'print(2)' });

    expect((await space.iris(['run', 'again.py'])).stdout).toBe('2\n');
  });
});

describe.skipIf(!hasPython)('a script of Python that calls tools', () => {
  test('has the tools of iris under names of Python, and the data of its project', async () => {
    await space.write({
      'tools.py': `from iris_prime import iris, project_id, session_id, context, IrisToolError
print(iris.log_event("from_python", {"rows": 3})["id"] != "", session_id != "", isinstance(context, dict))
iris.save_prompt("greet", "Hello {{name}}", variables=["name"])
print(iris.get_prompt({"name": "greet", "variables": {"name": "you"}})["text"])
iris.record_metric("rows", 3, {"by": "python"})
iris.register_agent("py-1", ["read"])
print(iris.get_agent_status("py-1")["agentId"])
print(len(iris.query_events(event="from_python")["events"]), iris.discover_patterns(min_support=0.5).meta is not None)
print(len(iris.search_tools("vote")) > 0, "rows" in str(iris.call("metric_list", {})))
try:
    iris.get_prompt("nothing-of-this-name")
except IrisToolError as error:
    print(error.code, error.hint is not None)
try:
    iris.submit_vote("a", "b", "c", "d", wrong_key=1)
except IrisToolError as error:
    print(error.code)
`,
    });

    const { stdout, stderr, exitCode } = await space.iris(['run', 'tools.py']);

    expect(stderr).not.toContain('Traceback');
    expect(stdout).toBe(
      'True True True\nHello you\npy-1\n1 True\nTrue True\nIRIS_NOT_FOUND True\nIRIS_INVALID_ARGUMENT\n',
    );
    expect(exitCode).toBe(0);
    expect((await space.iris(['events', 'from_python', '--json'])).stdout).toContain('"rows": 3');
  });

  test('says what to do where iris did not start it', async () => {
    await space.write({
      'tools2.py':
        'import os, iris_prime\ndel os.environ["IRIS_BRIDGE"]\ntry:\n    iris_prime.iris.list_metrics()\nexcept iris_prime.IrisToolError as error:\n    print(error.code, error.hint)\nprint(os.environ["PYTHONPATH"].endswith(":/home/user/pkg"))\n',
    });

    const result = await space.iris(['run', '-e', 'PYTHONPATH=/home/user/pkg', 'tools2.py']);

    expect(result.stdout).toBe('IRIS_UNAVAILABLE Tools answer while iris run waits for its script.\nTrue\n');
  });
});

describe('a script of a shell', () => {
  test('runs with what it sources, and its exit code', async () => {
    const result = await space.iris(['run', 'main.sh', 'you']);

    expect(result.stdout).toBe('hello you\n');
    expect(result.stderr).toContain('bye');
    expect(result.exitCode).toBe(5);
  });

  test('has bash where its first line asks for it', async () => {
    expect((await space.iris(['run', 'arrays.sh'])).stdout).toBe('two\n');
  });
});

test('plain JavaScript runs, as CommonJS and as ESM', async () => {
  expect((await space.iris(['run', 'plain.cjs'])).stdout).toBe('cjs 1\n');
  expect((await space.iris(['run', 'plain.mjs'])).stdout).toBe('esm 1 2\n');
  expect((await space.iris(['run', 'plain.js', 'arg'])).stdout).toBe('js arg\n');
});

test.for([
  ['script.rb', 'it is Ruby'],
  ['nothing', 'it is in no language that iris knows'],
])('%s is refused with what can be run', async ([file = '', why = '']) => {
  const { exitCode, stderr } = await space.iris(['run', file]);

  expect(exitCode).toBe(64);
  expect(stderr).toContain(why);
  expect(stderr).toContain('.py');
});
