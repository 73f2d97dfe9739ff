/**
 * The profile in Apple's sandbox language (see sandbox-exec(1) and /System/Library/Sandbox/Profiles): everything is
 * denied but what is named. HOME, NODE and PROGRAMS are given by -D, so that no path can end a string here.
 */
export const SANDBOX_EXEC_PROFILE = `(version 1)
(deny default)
(allow process-fork)
(allow process-exec
  (literal (param "NODE"))
  (subpath "/bin")
  (subpath "/usr/bin")
  (subpath "/usr/sbin"))
(allow process-info* (target self))
(allow signal (target same-sandbox))
(allow sysctl-read)
(allow file-read-metadata)
(allow file-read*
  (literal "/")
  (literal (param "NODE"))
  (subpath (param "PROGRAMS"))
  (subpath "/bin")
  (subpath "/usr/bin")
  (subpath "/usr/sbin")
  (subpath "/usr/lib")
  (subpath "/usr/share")
  (subpath "/System/Library")
  (subpath "/System/Volumes/Preboot/Cryptexes")
  (subpath "/private/var/db/dyld")
  (subpath "/private/etc/ssl"))
(allow file-read* file-write-data file-ioctl
  (literal "/dev/null")
  (literal "/dev/zero")
  (literal "/dev/random")
  (literal "/dev/urandom"))
(allow file-read* file-write*
  (subpath (param "HOME")))
(deny network*)
`;
