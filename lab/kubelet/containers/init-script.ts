import type { ContainerPlan, Mount, RootKind } from "./contract.ts";
import { quote } from "./quote.ts";
import { underTerminal } from "./terminal.ts";

export interface InitOptions {
  /** An empty folder on the node that roots are mounted on; each container sees its own there. */
  readonly mountPoint: string;
  readonly rootKind: RootKind;
  /** Whether env(1) can undo that a shell's background commands ignore SIGINT and SIGQUIT. */
  readonly envHasSignals: boolean;
}

/**
 * The program of a container's first process: it makes the container's file system, then starts the command, hands
 * signals on to it, reaps whoever loses its parent, and ends as the command did. On descriptor 3 it says
 * `pid N` (as the node counts), then `started`, or `error MESSAGE` when the command never ran.
 */
export function initScript(plan: ContainerPlan, options: InitOptions): string {
  return [
    "set -eu",
    "read -r pid rest </proc/self/stat",
    'echo "pid $pid" >&3',
    `fail() { echo "error $1" >&3; exit 128; }`,
    // An unexpected end before the command has started says where the shell's own words are.
    `trap 'fail "the container cannot be made"' EXIT`,
    `mount -t tmpfs -o mode=755 lab ${quote(options.mountPoint)}`,
    `cd ${quote(options.mountPoint)}`,
    ...(options.rootKind === "overlay" ? overlayRoot : boundRoot),
    "mkdir -p .old",
    "pivot_root . .old",
    ...system(plan),
    ...imageFiles(plan, options),
    ...plan.mounts.flatMap(mountLines),
    "umount -l /.old",
    "rmdir /.old 2>/dev/null || :",
    ...(plan.hasReadOnlyRoot ? ["mount -o remount,bind,ro /"] : []),
    ...command(plan, options),
  ].join("\n");
}

const overlayRoot = [
  "mkdir upper work root",
  "mount -t overlay -o lowerdir=/,upperdir=upper,workdir=work overlay root",
  "cd root",
];

/** Where there is no overlay: the machine's folders one by one, read-only, on a small root of the container's own. */
const boundRoot = [
  "for entry in /*; do",
  '  name=$(basename "$entry")',
  '  case "$name" in proc | sys | dev | run | tmp) mkdir "$name"; continue ;; esac',
  '  if [ -L "$entry" ]; then cp -P "$entry" "$name"',
  '  elif [ -d "$entry" ]; then',
  '    mkdir "$name"',
  '    mount --rbind "$entry" "$name"',
  '    mount -o remount,bind,ro "$name" 2>/dev/null || :',
  "  fi",
  "done",
];

function system({ hostname, isPrivileged }: ContainerPlan): readonly string[] {
  return [
    "mount -t proc proc /proc",
    `echo ${quote(hostname)} >/proc/sys/kernel/hostname`,
    "umount -l /run 2>/dev/null || :",
    "mount -t tmpfs -o mode=755 lab /run",
    "mount -t tmpfs -o mode=1777 lab /tmp",
    ...(isPrivileged ? nodeDevices : ownDevices),
  ];
}

/** On a root that is the machine's own nothing can be laid over it: stand-ins do without. */
function imageFiles({ files }: ContainerPlan, { rootKind }: InitOptions): readonly string[] {
  return files === undefined || rootKind !== "overlay"
    ? []
    : [`cp -R ${quote(`/.old${files}`)}/. /`];
}

const nodeDevices = [
  "mount -t sysfs sysfs /sys",
  "[ ! -d /sys/fs/cgroup ] || mount --rbind /.old/sys/fs/cgroup /sys/fs/cgroup",
  "mount --rbind /.old/dev /dev",
];

const ownDevices = [
  "mount -t sysfs -o ro sysfs /sys",
  "mount --bind /proc/sys /proc/sys",
  "mount -o remount,bind,ro /proc/sys",
  "mount -t tmpfs -o mode=755 lab /dev",
  "cp -a /.old/dev/null /.old/dev/zero /.old/dev/full /.old/dev/random /.old/dev/urandom /.old/dev/tty /dev/",
  "mkdir /dev/pts /dev/shm",
  "mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts /dev/pts",
  "mount -t tmpfs -o mode=1777 lab /dev/shm",
  "ln -s pts/ptmx /dev/ptmx",
  "ln -s /proc/self/fd /dev/fd",
  "ln -s fd/0 /dev/stdin",
  "ln -s fd/1 /dev/stdout",
  "ln -s fd/2 /dev/stderr",
];

function mountLines(mount: Mount): readonly string[] {
  const target = quote(mount.target);
  const folder = quote(mount.target.slice(0, mount.target.lastIndexOf("/")) || "/");
  return [
    ...(mount.isFile
      ? [
          `[ ! -L ${target} ] || rm -f ${target}`,
          `[ -e ${target} ] || { mkdir -p ${folder}; : >${target}; }`,
        ]
      : [`[ -d ${target} ] || mkdir -p ${target}`]),
    `mount --${mount.isFile ? "bind" : "rbind"} ${quote(`/.old${mount.source}`)} ${target}`,
    ...(mount.followsNode ? [] : [`mount --make-rprivate ${target}`]),
    ...(mount.readOnly ? [`mount -o remount,bind,ro ${target}`] : []),
  ];
}

function command(plan: ContainerPlan, { envHasSignals }: InitOptions): readonly string[] {
  const { argv, env, workingDir, user } = plan;
  const [program = ""] = argv;
  const directory = quote(workingDir);
  const found = program.includes("/") ? `[ -x ${quote(program)} ]` : `command -v ${quote(program)}`;
  const words = [
    "setsid",
    ...(user === undefined
      ? []
      : ["setpriv", `--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups"]),
    "env",
    ...(envHasSignals ? ["--default-signal=INT,QUIT"] : []),
    "-i",
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...(plan.hasTerminal ? underTerminal(argv) : argv),
  ];
  return [
    "trap - EXIT",
    `[ -d ${directory} ] || mkdir -p ${directory} || fail "no working directory"`,
    `cd ${directory} || fail "no working directory"`,
    ...(plan.hasTerminal
      ? ['command -v script >/dev/null || fail "a terminal needs script of util-linux"']
      : []),
    `(PATH=${quote(env.PATH ?? "")}; ${found}) >/dev/null || fail ${quote(`exec: "${program}": executable file not found in $PATH`)}`,
    "exec 4<&0",
    ...handedOn.map((signal) => `trap 'hit=1; kill -${signal} "$child" 2>/dev/null' ${signal}`),
    "child= again= status=0",
    "set +e",
    `${words.map(quote).join(" ")} <&4 3>&- 4>&- &`,
    "child=$!",
    "echo started >&3",
    "exec 3>&- 4>&- </dev/null >/dev/null 2>&1",
    // A signal ends wait early; one that comes as the command ends must not hide how it ended.
    "while :; do",
    '  hit=; wait "$child"; now=$?',
    '  [ "$now" -ne 127 ] || [ -z "$again" ] || break',
    '  status=$now; [ -n "$hit" ] || break; again=1',
    "done",
    'exit "$status"',
  ];
}

const handedOn = ["TERM", "INT", "HUP", "QUIT", "USR1", "USR2", "WINCH", "CONT"];
