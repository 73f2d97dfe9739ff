/**
 * Node cannot make a pseudo terminal by itself: it lacks the ioctl calls. One of these small programs makes them on
 * the descriptor that it gets from the agent, and then becomes the command, so that nothing stands between the two.
 *
 * Descriptor 3 is the controlling end. On descriptor 4 the program says `terminal <number>` once the other end can be
 * opened, waits for a byte, and says `<step> <errno>` when something fails.
 * Arguments: `resize ROWS COLS`, or `start ROWS COLS N` and N variables of the environment and the command.
 * The numbers of the ioctl calls are TIOCSPTLCK, TIOCGPTN and TIOCSWINSZ, the same on x64 and arm64.
 */
export interface TerminalProgram {
  readonly name: string;
  /** Arguments before the program's own. */
  readonly options: readonly string[];
}

const PERL = String.raw`
open(my $master, "+<&=", 3) or exit 127;
my ($mode, $rows, $cols, $variables, @command) = @ARGV;
ioctl($master, 0x5414, my $size = pack("S4", $rows, $cols, 0, 0)) or exit 126;
exit 0 if $mode eq "resize";
open(my $status, "+<&=", 4) or exit 127;
sub fail { my $errno = 0 + $!; syswrite($status, "$_[0] $errno"); exit 127; }
fcntl($_, 2, 1) or fail("fcntl") for $master, $status;
ioctl($master, 0x40045431, my $unlocked = pack("i", 0)) or fail("unlock");
ioctl($master, 0x80045430, my $number = pack("I", 0)) or fail("number");
$number = unpack("I", $number);
syswrite($status, "terminal $number\n");
sysread($status, my $go, 1) == 1 or exit 127;
open(my $terminal, "+<", "/dev/pts/$number") or fail("open");
open(STDIN, "<&", $terminal) or fail("stdin");
open(STDOUT, ">&", $terminal) or fail("stdout");
open(STDERR, ">&", $terminal) or fail("stderr");
close $terminal;
%ENV = map { split /=/, $_, 2 } splice(@command, 0, $variables);
exec { $command[0] } @command;
fail("exec");
`;

const PYTHON = String.raw`
import fcntl, os, signal, struct, sys
mode, rows, cols = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
fcntl.ioctl(3, 0x5414, struct.pack("HHHH", rows, cols, 0, 0))
if mode == "resize": os._exit(0)
step = "fcntl"
try:
    for fd in 3, 4: fcntl.fcntl(fd, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
    step = "unlock"
    fcntl.ioctl(3, 0x40045431, struct.pack("i", 0))
    step = "number"
    number = struct.unpack("I", fcntl.ioctl(3, 0x80045430, struct.pack("I", 0)))[0]
    os.write(4, b"terminal %d\n" % number)
    if not os.read(4, 1): os._exit(127)
    step = "open"
    terminal = os.open("/dev/pts/%d" % number, os.O_RDWR)
    for fd in 0, 1, 2: os.dup2(terminal, fd)
    os.close(terminal)
    # Python starts with these ignored, and the command would inherit that.
    for ignored in signal.SIGPIPE, signal.SIGXFSZ: signal.signal(ignored, signal.SIG_DFL)
    first = 5 + int(sys.argv[4])
    step = "exec"
    os.execvpe(sys.argv[first], sys.argv[first:], dict(pair.split("=", 1) for pair in sys.argv[5:first]))
except OSError as error:
    os.write(4, ("%s %d" % (step, error.errno)).encode())
os._exit(127)
`;

/** In the order of preference: perl starts faster, and every Debian has it. */
export const TERMINAL_PROGRAMS: readonly TerminalProgram[] = [
  { name: 'perl', options: ['-e', PERL, '--'] },
  { name: 'python3', options: ['-I', '-S', '-c', PYTHON] },
];
