/**
 * Stays outside the sandbox and sees to its end: when its command ends, when it is told to with SIGTERM, or when the
 * daemon dies, it kills every process of the sandbox, removes the folder and leaves with the command's exit code.
 *
 * Orphans of the sandbox become its children, so that none is lost. Root kills by the sandbox's uid. Anybody else
 * enters a Landlock domain that keeps signals in: then `kill -1` reaches the sandbox and nothing else, in one step
 * that no fork outruns. The sandbox itself lives in a deeper domain and cannot signal back.
 * Signals are waited for, not caught: a caught one that comes right before a wait is slept through.
 */
export const SUPERVISOR = `my ($prctl, $sigmask, $sigwait, $parent, $uid, $setpriv, $folder, @command) = @ARGV;
my ($TERM, $CHLD) = (15, 17);
my $mask = pack("Q", 1 << 0 | 1 << 1 | 1 << ($TERM - 1) | 1 << ($CHLD - 1));
syscall($sigmask + 0, 0, $mask, 0, 8) == 0 or die "sigprocmask: $!\\n";
syscall($prctl + 0, 36, 1, 0, 0, 0) == 0 or die "subreaper: $!\\n";
syscall($prctl + 0, 1, $TERM, 0, 0, 0) == 0 or die "pdeathsig: $!\\n";
if (getppid() != $parent) { system("rm", "-rf", "--", $folder); exit 143 }
enter_domain() unless $uid;

my $child = fork();
defined $child or die "fork: $!\\n";
if ($child == 0) {
  my $nothing = pack("Q", 0);
  syscall($sigmask + 0, 2, $nothing, 0, 8);
  if (open(my $oom, ">", "/proc/self/oom_score_adj")) { print $oom "1000"; close $oom }
  exec { $command[0] } @command or die "$command[0]: $!\\n";
}
open(my $transport, "<&=", 3); close $transport;
open(my $filter, "<&=", 4); close $filter;

my $code = 128 + $TERM;
for (my $is_done = 0; !$is_done;) {
  my $signal = syscall($sigwait + 0, $mask, 0, 0, 8);
  next if $signal < 0;
  last if $signal != $CHLD;
  while ((my $pid = waitpid(-1, 1)) > 0) {
    next if $pid != $child;
    $code = $? & 127 ? 128 + ($? & 127) : $? >> 8;
    $is_done = 1;
  }
}
end_all();
system("rm", "-rf", "--", $folder);
exit $code;

sub end_all {
  while (1) {
    if ($uid) { kill_by_uid() } else { kill 9, -1 }
    my $pid;
    do { $pid = waitpid(-1, 1) } while ($pid > 0);
    return if $pid < 0;
    select(undef, undef, undef, 0.002);
  }
}

sub kill_by_uid {
  my $pid = fork();
  return unless defined $pid;
  if ($pid == 0) {
    exec $setpriv, "--reuid", $uid, "--regid", $uid, "--clear-groups", "--", $^X, "-e", "kill 9, -1";
    exit 1;
  }
  waitpid($pid, 0);
}

sub enter_domain {
  my $abi = syscall(444, 0, 0, 1);
  die "landlock: this kernel has none ($!)\\n" if $abi < 1;
  die "landlock: version $abi of this kernel cannot keep signals in; version 6 can (Linux 6.12)\\n" if $abi < 6;
  my $rules = pack("QQQ", 0, 0, 2);
  my $fd = syscall(444, $rules, length $rules, 0);
  die "landlock: $!\\n" if $fd < 0;
  syscall($prctl + 0, 38, 1, 0, 0, 0) == 0 or die "no_new_privs: $!\\n";
  syscall(446, $fd, 0) == 0 or die "landlock: $!\\n";
}`;

/**
 * Shuts itself into Landlock and the system call filter of descriptor 4, then becomes the command after `--`.
 * Before that come the folders and files that stay in reach, as `kind=path`: rw, ro, dev or pts.
 */
export const LANDLOCK_LOADER = `my ($prctl, $seccomp, $openat, @words) = @ARGV;
my $abi = syscall(444, 0, 0, 1);
die "landlock: this kernel has none ($!)\\n" if $abi < 1;
my ($EXECUTE, $WRITE, $READ, $LIST, $TRUNCATE, $IOCTL) = (1, 2, 4, 8, 1 << 14, 1 << 15);
my $every = (1 << 13) - 1;
$every |= 1 << 13 if $abi >= 2;
$every |= $TRUNCATE if $abi >= 3;
$every |= $IOCTL if $abi >= 5;
my $of_files = ($EXECUTE | $WRITE | $READ | $TRUNCATE | $IOCTL) & $every;
my %rights = (
  rw => $every & ~$IOCTL, ro => $EXECUTE | $READ | $LIST,
  dev => ($WRITE | $READ | $IOCTL) & $every, pts => ($WRITE | $READ | $LIST | $IOCTL) & $every,
);
my $handled = $abi >= 6 ? pack("QQQ", $every, 3, 3) : $abi >= 4 ? pack("QQ", $every, 3) : pack("Q", $every);
my $rules = syscall(444, $handled, length $handled, 0);
die "landlock: $!\\n" if $rules < 0;
while (@words and (my $word = shift @words) ne "--") {
  my ($kind, $path) = split /=/, $word, 2;
  my $zero = "$path\\0";
  my $fd = syscall($openat + 0, -100, $zero, 012000000, 0);
  next if $fd < 0;
  my $rule = pack("Ql", -d $path ? $rights{$kind} : $rights{$kind} & $of_files, $fd);
  syscall(445, $rules, 1, $rule, 0) == 0 or die "landlock: $path: $!\\n";
}
open(my $input, "<&=", 4) or die "filter: $!\\n";
local $/;
my $filter = <$input>;
close $input;
my $program = pack("S x6 P", length($filter) / 8, $filter);
# The kill signal follows the one who watches over this sandbox.
syscall($prctl + 0, 1, 9, 0, 0, 0) == 0 or die "pdeathsig: $!\\n";
syscall($prctl + 0, 38, 1, 0, 0, 0) == 0 or die "no_new_privs: $!\\n";
syscall(446, $rules, 0) == 0 or die "landlock: $!\\n";
syscall($seccomp + 0, 1, 0, $program) == 0 or die "seccomp: $!\\n";
exec { $words[0] } @words or die "$words[0]: $!\\n";`;
