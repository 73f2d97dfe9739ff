import type { BytePath } from './byte-path.ts';
import { LineTool } from './line-tool.ts';
import { runTool } from './run-tool.ts';

export type Metadata = Readonly<Record<string, string>>;

/** Reads and writes the extended attributes `user.e2b.*` of many files in one go. */
export interface XattrTool {
  /** One answer a file, in order. Undefined when the tool fails as a whole. */
  read(files: readonly BytePath[]): Promise<readonly Metadata[] | undefined>;
  /** Whether each file took all of it, in order. Undefined when the tool fails as a whole. */
  write(files: readonly BytePath[], metadata: Metadata): Promise<readonly boolean[] | undefined>;
  close(): void;
}

interface Scripts {
  readonly read: readonly string[];
  readonly write: readonly string[];
}

/** Node has no call for extended attributes; perl and python are on nearly every Linux. */
export async function findXattrTool(): Promise<XattrTool | undefined> {
  for (const scripts of [perlScripts(), pythonScripts()]) {
    const tool = scripts && toTool(scripts);
    if (tool && (await tool.read([Buffer.from('/')]))) return tool;
    tool?.close();
  }
  return undefined;
}

function toTool({ read, write }: Scripts): XattrTool {
  const reader = new LineTool(read);
  return {
    read: async (files) => {
      const lines = await reader.ask(joined(files), files.length);
      return lines?.map(parseAttributes);
    },
    write: async (files, metadata) => {
      const pairs = Object.entries(metadata).flat();
      const input = joined([...pairs.map((text) => Buffer.from(text)), ...files]);
      const result = await runTool([...write, String(pairs.length)], input);
      const lines = result?.exitCode === 0 ? result.stdout.toString('latin1').split('\n').slice(0, -1) : [];
      return lines.length === files.length ? lines.map((line) => line === '1') : undefined;
    },
    close: () => reader.close(),
  };
}

/** Neither paths nor the texts of metadata contain a zero byte. */
function joined(texts: readonly Buffer[]): Buffer {
  return Buffer.concat(texts.flatMap((text) => [text, Buffer.of(0)]));
}

/** `key=value key=value`, all in hexadecimal. */
function parseAttributes(line: string): Metadata {
  const pairs = line.split(' ').filter((pair) => pair !== '');
  return Object.fromEntries(pairs.map((pair) => pair.split('=').map(fromHex)));
}

function fromHex(text: string): string {
  return Buffer.from(text, 'hex').toString();
}

/** Numbers of llistxattr, lgetxattr and setxattr. */
const SYSCALLS: Readonly<Record<string, readonly [number, number, number]>> = {
  x64: [195, 192, 188],
  arm64: [12, 9, 5],
};

const PERL_READ = `
my ($list, $get) = @ARGV; $/ = "\\0"; $| = 1;
while (defined(my $path = <STDIN>)) {
  chomp $path; my @found; my $names = "\\0" x 65536; my $bytes = syscall(0 + $list, $path, $names, 65536);
  for my $name ($bytes > 0 ? split(/\\0/, substr($names, 0, $bytes)) : ()) {
    next if index($name, "user.e2b.") != 0;
    my $value = "\\0" x 4096; my $size = syscall(0 + $get, $path, $name, $value, 4096);
    push @found, unpack("H*", substr($name, 9)) . "=" . unpack("H*", substr($value, 0, $size)) if $size >= 0;
  }
  print join(" ", @found), "\\n";
}`;

const PERL_WRITE = `
my ($set, $count) = @ARGV; local $/; my $in = <STDIN>; my @all = split /\\0/, $in, -1; pop @all;
my %pairs = splice @all, 0, $count;
for my $path (@all) {
  my $done = 1;
  while (my ($key, $text) = each %pairs) {
    my $name = "user.e2b.$key"; my $value = "$text";
    $done = 0 if syscall(0 + $set, $path, $name, $value, length $value, 0) != 0;
  }
  print "$done\\n";
}`;

function perlScripts(): Scripts | undefined {
  const numbers = process.platform === 'linux' ? SYSCALLS[process.arch] : undefined;
  if (!numbers) return undefined;
  const [list, get, set] = numbers;
  return {
    read: ['perl', '-e', PERL_READ, String(list), String(get)],
    write: ['perl', '-e', PERL_WRITE, String(set)],
  };
}

const PYTHON_READ = `
import os, sys
def look(path):
    for name in map(os.fsencode, os.listxattr(path, follow_symlinks=False)):
        if name.startswith(b"user.e2b."):
            value = os.getxattr(path, name, follow_symlinks=False)
            if len(value) <= 4096: yield name[9:].hex() + "=" + value.hex()
rest = b""
while chunk := sys.stdin.buffer.read1(65536):
    *paths, rest = (rest + chunk).split(b"\\0")
    for path in paths:
        try: print(" ".join(look(path)))
        except OSError: print()
    sys.stdout.flush()`;

const PYTHON_WRITE = `
import os, sys
count = int(sys.argv[1]); texts = sys.stdin.buffer.read().split(b"\\0")[:-1]
for path in texts[count:]:
    try:
        for at in range(0, count, 2): os.setxattr(path, b"user.e2b." + texts[at], texts[at + 1])
        print(1)
    except OSError: print(0)`;

function pythonScripts(): Scripts {
  const python = ['python3', '-I', '-S', '-c'];
  return { read: [...python, PYTHON_READ], write: [...python, PYTHON_WRITE] };
}
