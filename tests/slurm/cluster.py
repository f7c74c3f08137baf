"""A real Slurm of two nodes with two pretended GPUs each, on this machine, for one test.

Everything lies in a temporary folder: configuration, keys, sockets, logs. Ports are free ones, so
that several clusters may run beside each other. Each node's daemon lives in namespaces of its own,
with its own host name, its own /dev/shm and its own `local` folder, as on two machines.
"""

import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

NODES = ("node1", "node2")
GPUS = 2
CPUS = 4
# What a node has for itself; its processes end with the command that starts it.
NAMESPACES = ("unshare", "--uts", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")

CONFIGURATION = """
ClusterName=clvae
SlurmctldHost=localhost
SlurmUser=root
SlurmctldPort={ports[0]}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket,cred_expire=5
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/%n
TmpFS={folder}/%n/tmp
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/%n.log
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,sched_interval=1,bf_interval=1
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SlurmdTimeout=5
SlurmctldTimeout=10
MessageTimeout=5
KillWait=3
GresTypes=gpu
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
{nodes}
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP PriorityTier=1
PartitionName=urgent Nodes=ALL MaxTime=INFINITE State=UP PriorityTier=2
"""


def why_not():
    """What this machine lacks for a cluster; empty where it has everything."""
    missing = [name for name in ("munged", "slurmctld", "slurmd", "sbatch", "unshare", "setpriv")
               if not shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")]
    if missing:
        return f"not installed: {', '.join(missing)} (jobs/install_dependencies.sh --tests)"
    if os.geteuid() != 0:
        return "Slurm's daemons with nodes of their own need root"
    if subprocess.run([*NAMESPACES, "true"], capture_output=True, check=False).returncode != 0:
        return f"this machine does not allow: {' '.join(NAMESPACES)}"
    with tempfile.TemporaryDirectory() as folder:
        try:
            os.mknod(f"{folder}/device", 0o600 | 0o020000, os.makedev(1, 3))
        except OSError as error:
            return f"this machine does not allow device files: {error.strerror}"
    return ""


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Cluster:
    """Starts in the constructor; `stop` ends every process of it and removes its folder."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="clvae-slurm-"))
        self.daemons = {}
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith(("SLURM_", "SBATCH_", "CLVAE_"))}
        self.environment |= {
            "SLURM_CONF": f"{self.folder}/slurm.conf",
            "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin",
            "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
        try:
            self.configure()
            self.start()
        except BaseException:
            self.stop()
            raise

    def configure(self):
        self.folder.chmod(0o755)
        for name in ("munge", "state", "local", *NODES, *(f"{node}/tmp" for node in NODES)):
            (self.folder / name).mkdir(parents=True)
        key = self.folder / "munge/key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        ports = free_ports(1 + len(NODES))
        nodes = [f"NodeName={node} NodeHostname=localhost NodeAddr=127.0.0.1 Port={port} "
                 f"CPUs={CPUS} RealMemory=4000 Gres=gpu:{GPUS}"
                 for node, port in zip(NODES, ports[1:])]
        (self.folder / "slurm.conf").write_text(CONFIGURATION.format(
            folder=self.folder, ports=ports, nodes="\n".join(nodes)))
        (self.folder / "hosts").write_text(
            pathlib.Path("/etc/hosts").read_text(encoding="utf-8") + f"127.0.0.1 {' '.join(NODES)}\n")
        devices = []
        for number in range(GPUS):
            os.mknod(self.folder / f"gpu{number}", 0o666 | 0o020000, os.makedev(1, 3))
            devices.append(f"Name=gpu File={self.folder}/gpu{number}")
        (self.folder / "gres.conf").write_text("\n".join(devices) + "\n")

    def start(self):
        munge = self.folder / "munge"
        self.daemon("munged", ["munged", "--foreground", "--force", f"--key-file={munge}/key",
                               f"--socket={munge}/socket", f"--pid-file={munge}/pid",
                               f"--seed-file={munge}/seed", f"--log-file={munge}/log"])
        self.wait_until(lambda: (munge / "socket").exists(), "munged listens")
        self.daemon("slurmctld", ["unshare", "--mount", "sh", "-c",
                                  f"{self.know_nodes()} && exec slurmctld -c -D"])
        for node in NODES:
            self.start_node(node)
        self.wait_until(lambda: self.node_states() == {node: "idle" for node in NODES},
                        "both nodes are idle")

    def start_node(self, node):
        """A node's daemon, with what a machine of its own would have for itself. All processes of
        the node end with the first one of their namespace."""
        self.daemon(node, [*NAMESPACES, "sh", "-c",
                           f"hostname {node} && {self.know_nodes()} && "
                           f"mount -t tmpfs tmpfs /dev/shm && "
                           f"mount -t tmpfs tmpfs {self.folder}/local && "
                           f"{{ slurmd -D -N {node} & wait; }}"])

    def know_nodes(self):
        """A command that lets processes of its mount namespace find the nodes by their names, as
        Slurm's daemons do from version 23 on."""
        return f"mount --bind {self.folder}/hosts /etc/hosts"

    def daemon(self, name, command):
        """Starts what lives until `stop`, or until this process ends, whatever ends it."""
        with open(self.folder / f"{name}.out", "ab") as output:
            self.daemons[name] = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *command], env=self.environment,
                stdin=subprocess.DEVNULL, stdout=output,
                stderr=output, start_new_session=True)

    def kill_node(self, node):
        """The node is gone from one moment to the next: its daemon and all that ran on it."""
        daemon = self.daemons.pop(node)
        daemon.kill()
        daemon.wait()

    def stop(self):
        """Ends all of it, whatever state it is in."""
        for daemon in self.daemons.values():
            daemon.kill()
            daemon.wait()
        self.daemons = {}
        shutil.rmtree(self.folder, ignore_errors=True)

    def command(self, *words, check=True):
        """What a command of Slurm's prints."""
        result = subprocess.run([str(word) for word in words], env=self.environment,
                                capture_output=True, text=True, timeout=60, check=False)
        if check and result.returncode != 0:
            raise RuntimeError(f"{words}: {result.returncode}: {result.stdout}{result.stderr}")
        return result.stdout

    def wait_until(self, condition, what, timeout=60):
        end = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"waited {timeout} s until {what}")
            time.sleep(0.05)

    def node_states(self):
        lines = self.command("sinfo", "-h", "-N", "-p", "main", "-o", "%N %T", check=False)
        return dict(line.split() for line in lines.splitlines())

    def state(self, job):
        """State of a job as Slurm writes it, such as RUNNING or COMPLETED."""
        return self.field(job, "JobState")

    def field(self, job, name):
        """One field of what Slurm knows of a job."""
        text = self.command("scontrol", "show", "job", job, "-o")
        return next(word for word in text.split() if word.startswith(f"{name}="))[len(name) + 1:]
