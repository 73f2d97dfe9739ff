#!/usr/bin/env node
'use strict';
// Without `--` here Node takes an --env-file from the words that follow; with it, the env of busybox fails altogether.
// Written for every Node there is, so that an old one gets a sentence and not a syntax error.
var parts = process.versions.node.split('.');
var major = Number(parts[0]);
var minor = Number(parts[1]);
if (major < 20 || (major === 20 && minor < 19) || major === 21 || (major === 22 && minor < 12)) {
  process.stderr.write(
    'iris: Node ' + process.versions.node + ' is too old\n  Install Node 20.19, 22.12 or newer.\n',
  );
  process.exitCode = 69;
} else {
  require('../dist/cli/entry.cjs').start(require('node:path').join(__dirname, '..', 'dist'));
}
