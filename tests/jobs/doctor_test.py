"""clvae doctor: what it sees here, and what it says of a folder and of ranks that don't know each other."""

import json
import os
import re
import subprocess

from program import PROGRAM, ProgramTestCase

ROOT_OF_CMAKE = os.path.join(os.path.dirname(__file__), "../../CMakeLists.txt")


class DoctorTestCase(ProgramTestCase):

    def version(self):
        with open(ROOT_OF_CMAKE, encoding="utf-8") as file:
            return re.search(r"project\(clvae VERSION (\S+)", file.read()).group(1)

    def test_json_tells_versions_hosts_ranks_and_the_folder(self):
        said = json.loads(self.succeed("doctor", "--json", "runs/new", ranks=2).stdout)

        self.assertEqual(said["version"], self.version())
        self.assertRegex(said["mpi"], "[0-9]")
        self.assertRegex(said["hdf5"], r"^\d+\.\d+\.\d+$")
        self.assertRegex(said["libtorch"]["version"], r"^\d+\.\d+")
        self.assertEqual(said["launch"], {"ranks": 2, "tasks": 2, "launcher": "mpirun", "slurm_job": ""})
        self.assertEqual([host["ranks"] for host in said["hosts"]], [2])
        self.assertEqual(len(said["devices"]), 2)
        host = said["hosts"][0]
        self.assertTrue(host["sees_folder"] and host["locks_reach_it"])
        self.assertLessEqual(set(host["cores"]), set(range(os.cpu_count())))
        self.assertEqual(said["folder"]["path"], str(self.folder.resolve()))
        self.assertTrue(said["folder"]["has_locks"])
        self.assertGreater(said["folder"]["free_bytes"], 0)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["small.yaml"])  # leaves nothing

    def test_folder_that_can_not_be_written_to_stops_a_run(self):
        (self.folder / "file").write_text("in the way")

        result = self.start("doctor", "file/runs")

        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertRegex(result.stdout, r"(?m)^error +.*file.*: choose another folder \(--output\)$")
        self.assertRegex(result.stdout, r"(?m)^clvae +" + re.escape(self.version()))

    def test_tasks_that_are_worlds_of_their_own_stop_a_run_and_are_told_once(self):
        said = []
        for rank in range(2):
            result = subprocess.run(
                [PROGRAM, "doctor"], cwd=self.folder, capture_output=True, text=True, check=False,
                env={**os.environ, "SLURM_STEP_NUM_TASKS": "2", "SLURM_PROCID": str(rank)}, timeout=60)
            self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
            said.append(result.stdout)

        self.assertIn("ranks     1 rank of the 2 that srun started", said[0])
        self.assertIn("error     ", said[0])
        self.assertIn("srun started 2 tasks, but MPI knows of 1 rank", said[0])
        self.assertEqual(said[1], "")
