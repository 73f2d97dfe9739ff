/**
 * Builds a sandbox's root folder inside fresh user, mount, pid, net, ipc, uts and cgroup namespaces, as their root.
 * It ends in the command of its last arguments, still as PID 1. Folders of the host appear read-only; the new root
 * is a small tmpfs that is read-only too in the end.
 */
export const UTIL_LINUX_SCRIPT = `set -e
umask 022
mount=$1 pivot_root=$2 perl=$3 sethostname=$4
root=$5 node=$6 agent=$7 spare=$8
shift 8
home=$1 home_bytes=$2 tmp_bytes=$3 shm_bytes=$4 root_entries=$5 shared_etc=$6
shift 6
kernel=$1 esbuild=$2 preload=$3
shift 3

bind() { "$mount" -o rbind,ro,nosuid,nodev "$1" "$2"; }
bind_file() { : >"$2"; bind "$1" "$2"; }
temporary() { "$mount" -t tmpfs -o "mode=$2,size=$3,nosuid,nodev" iris "$1"; }

temporary "$root" 0755 4m
cd "$root"
mkdir -p usr etc/ssl proc dev/pts dev/shm tmp home/user run opt/iris/bin old
bind /usr usr
for entry in $root_entries; do
  case $entry in
    *=*) ln -s "\${entry#*=}" "\${entry%%=*}" ;;
    *) mkdir "$entry"; bind "/$entry" "$entry" ;;
  esac
done

while [ "$1" != -- ]; do printf %s "$2" >"etc/$1"; shift 2; done
shift
for name in $shared_etc; do
  if [ -d "/etc/$name" ]; then mkdir "etc/$name"; bind "/etc/$name" "etc/$name"
  elif [ -f "/etc/$name" ]; then bind_file "/etc/$name" "etc/$name"
  fi
done

for device in null zero full random urandom tty; do
  : >"dev/$device"
  "$mount" -o bind "/dev/$device" "dev/$device"
done
for link in fd:fd stdin:fd/0 stdout:fd/1 stderr:fd/2; do ln -s "/proc/self/\${link#*:}" "dev/\${link%%:*}"; done
"$mount" -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
ln -s pts/ptmx dev/ptmx
"$mount" -t proc -o nosuid,nodev,noexec proc proc
temporary tmp 1777 "$tmp_bytes"
temporary dev/shm 1777 "$shm_bytes"
if [ -n "$home" ]; then "$mount" -o bind,rw,nosuid,nodev "$home" home/user
else temporary home/user 0755 "$home_bytes"
fi

while [ "$1" != -- ]; do mkdir -p "$2"; "$mount" -o bind,nosuid,nodev "$1" "$2"; shift 2; done
shift

bind_file "$node" opt/iris/bin/node
if [ -n "$agent" ]; then bind_file "$agent" opt/iris/agent.cjs; fi
if [ -n "$spare" ]; then bind_file "$spare" opt/iris/spare.mjs; fi
if [ -n "$preload" ]; then bind_file "$preload" opt/iris/egress.cjs; fi
if [ -n "$kernel" ]; then bind_file "$kernel" opt/iris/kernel.cjs; bind_file "$esbuild" opt/iris/esbuild; fi

# SIOCSIFFLAGS with IFF_UP|IFF_RUNNING, because a minimal system has no ip; then the host's name.
"$perl" -e 'socket(my $s, 2, 2, 0) or die "socket: $!";
  ioctl($s, 0x8914, my $up = pack("a16 s x22", "lo", 0x41)) or die "lo: $!";
  syscall($ARGV[0], my $name = "iris", 4) == 0 or die "sethostname: $!";' "$sethostname"

"$pivot_root" . old
cd /
umount -l /old
rmdir /old
"$mount" -o remount,bind,ro,nosuid,nodev /
# One more namespace, which drops root's powers; the kernel refuses every further one.
echo 1 >/proc/sys/user/max_user_namespaces
cd /home/user
exec "$@"`;

/** Loads the system call filter from descriptor 4, then becomes the command after the two call numbers. */
export const FILTER_LOADER = `my ($prctl, $seccomp, @command) = @ARGV;
open(my $input, "<&=", 4) or die "filter: $!";
local $/;
my $filter = <$input>;
close $input;
my $program = pack("S x6 P", length($filter) / 8, $filter);
syscall($prctl, 38, 1, 0, 0, 0) == 0 or die "no_new_privs: $!";
syscall($seccomp, 1, 0, $program) == 0 or die "seccomp: $!";
exec { $command[0] } @command or die "$command[0]: $!";`;
