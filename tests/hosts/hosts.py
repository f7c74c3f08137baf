"""Two hosts on this machine, for one test: each has its own name, network and /dev/shm.

Nothing of a host has a name that outlives it: name spaces and network devices go when their last
process ends, and each host's first process ends with the one that made it, whatever ends that.
"""

import ctypes
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import time

NAMESPACES = ("--uts", "--mount", "--net")
NETWORK = "10.117.0.0/30"  # of the two alone, so that all tests can have the same
ADDRESSES = ("10.117.0.1/30", "10.117.0.2/30")
TOOLS = ("unshare", "nsenter", "setpriv", "ip")


def why_not():
    """What this machine lacks for two hosts; empty where it has everything."""
    missing = [name for name in TOOLS if not shutil.which(name, path=search_path())]
    if missing:
        return f"not installed: {', '.join(missing)} (jobs/install_dependencies.sh --tests)"
    if os.geteuid() != 0:
        return "hosts with a network of their own need root"
    trial = "mount -t tmpfs tmpfs /dev/shm && ip link add veth0 type veth peer name veth1"
    if subprocess.run(["unshare", *NAMESPACES, "sh", "-c", trial], env=environment(),
                      capture_output=True, check=False).returncode != 0:
        return f"this machine does not allow: unshare {' '.join(NAMESPACES)} sh -c '{trial}'"
    return ""


def search_path():
    return f"{os.environ['PATH']}:/usr/sbin:/sbin"


def environment():
    return {**os.environ, "PATH": search_path(), "OMPI_ALLOW_RUN_AS_ROOT": "1",
            "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}


class Host:
    """Its network device has to be made from outside."""

    def __init__(self, name, folder):
        self.name = name
        self.folder = folder
        ready = folder / f"{name}.ready"
        self.first = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "unshare", *NAMESPACES, "sh", "-c",
             f"hostname {name} && mount -t tmpfs tmpfs /dev/shm && ip link set lo up && "
             f"touch {ready} && exec sleep infinity"],
            env=environment(), stdin=subprocess.DEVNULL, start_new_session=True)
        while not ready.exists():
            if self.first.poll() is not None:
                raise RuntimeError(f"{name} could not be started")
            time.sleep(0.01)
        self.network = os.readlink(f"/proc/{self.first.pid}/ns/net")

    def command(self, *words):
        """The command line that starts a program on this host, in the test's folder."""
        spaces = (*NAMESPACES, f"--wd={self.folder}")
        return ["nsenter", "--target", str(self.first.pid), *spaces, *map(str, words)]

    def call(self, *words):
        return subprocess.run(self.command(*words), env=environment(), check=True, text=True,
                              capture_output=True).stdout

    def processes(self):
        """Ids and names of all processes that run on this host, but for its first."""
        found = {}
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if os.readlink(folder / "ns/net") == self.network:
                    found[int(folder.name)] = (folder / "comm").read_text().strip()
            except OSError:  # ended meanwhile
                continue
        found.pop(self.first.pid, None)
        return found

    def kill(self, *names):
        """Ends at once what runs under these names, or everything. Returns how many that were."""
        victims = [pid for pid, name in self.processes().items() if not names or name in names]
        for victim in victims:
            try:
                os.kill(victim, signal.SIGKILL)
            except ProcessLookupError:
                continue
        return len(victims)

    def stop(self):
        self.kill()
        self.first.kill()
        self.first.wait()


class TwoHosts:
    """Starts in the constructor; `stop` ends all of it. mpirun is to be started on the first."""

    def __init__(self, folder):
        self.folder = folder
        # Open MPI keeps files of each host by its name, beyond a kill.
        self.environment = environment() | {"OMPI_MCA_orte_tmpdir_base": str(folder)}
        self.hosts = []
        try:
            for word in ("near", "far"):
                self.hosts.append(Host(f"clvae-{word}-{os.getpid()}", folder))
            self.near, self.far = self.hosts
            self.connect()
        except BaseException:
            self.stop()
            raise
        self.write_launch_files()

    def connect(self):
        self.near.call("ip", "link", "add", "veth", "type", "veth", "peer", "name", "veth", "netns",
                       str(self.far.first.pid))
        for host, address in zip(self.hosts, ADDRESSES):
            host.call("ip", "address", "add", address, "dev", "veth")
            host.call("ip", "link", "set", "veth", "up")

    def write_launch_files(self):
        """A list of hosts as sites have it, and what stands in for ssh."""
        (self.folder / "hostfile").write_text(
            "".join(f"{host.name} slots=2\n" for host in self.hosts))
        agent = self.folder / "remote_shell"
        agent.write_text("#!/bin/sh\n# remote_shell HOST COMMAND...\nshift\n"
                         f"exec {' '.join(self.far.command('sh', '-c'))} \"$*\"\n")
        agent.chmod(0o755)

    def launcher(self, mpirun, *options):
        """Starts a program on two ranks of each host."""
        settings = {"plm_rsh_agent": self.folder / "remote_shell", "btl": "self,vader,tcp",
                    "btl_tcp_if_include": NETWORK, "oob_tcp_if_include": NETWORK}
        words = [word for name, value in settings.items() for word in ("--mca", name, value)]
        return self.near.command(mpirun, "--oversubscribe", "--bind-to", "none", "--hostfile",
                                 self.folder / "hostfile", "--map-by", "ppr:2:node", *words,
                                 *options)

    def stop(self):
        for host in self.hosts:
            host.stop()


class Openings:
    """Which processes open a file, from here on, until `close`."""

    NONBLOCK, ADD, OPEN, HERE = 0x2, 0x1, 0x20, -100  # of fanotify(7)
    EVENT = struct.Struct("IBBHQii")

    def __init__(self, path):
        libc = ctypes.CDLL(None, use_errno=True)
        self.queue = libc.fanotify_init(self.NONBLOCK, os.O_RDONLY)
        if self.queue < 0 or libc.fanotify_mark(
                self.queue, self.ADD, ctypes.c_uint64(self.OPEN), self.HERE, os.fsencode(path)) < 0:
            raise OSError(ctypes.get_errno(), f"can't watch {path}")

    def close(self):
        """Returns the ids of the processes that opened it"""
        processes = set()
        try:
            while True:
                events = os.read(self.queue, 1 << 16)
                for place in range(0, len(events), self.EVENT.size):
                    *_, descriptor, process = self.EVENT.unpack_from(events, place)
                    os.close(descriptor)
                    processes.add(process)
        except BlockingIOError:
            return processes
        finally:
            os.close(self.queue)
