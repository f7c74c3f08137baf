// What clvae doctor says of made-up facts, so that every finding is seen without the machine for
// it.

#include "run/doctor.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace clvae::run {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

HostFacts healthy_host(const std::string& name) {
  HostFacts host;
  host.name = name;
  host.processor = "AMD EPYC 9354";
  host.kernels = "x86-64-v4";
  host.cores = {0, 1, 2, 3};
  host.ranks = 2;
  host.memory = std::size_t{64} << 30U;
  host.shared_memory = std::size_t{32} << 30U;
  host.folder = store::Sight::locked;
  return host;
}

/// Four ranks on two hosts that nothing is wrong with.
Examination healthy() {
  Examination seen;
  seen.build.blas = "/usr/lib/x86_64-linux-gnu/openblas-serial/libblas.so.3";
  seen.launch.ranks = 4;
  seen.launch.tasks = 4;
  seen.launch.launcher = Launcher::srun;
  seen.hosts = {healthy_host("node1"), healthy_host("node2")};
  for (int rank = 0; rank < 4; ++rank) {
    RankFacts facts;
    facts.place = {Rank{rank}, rank < 2 ? "node1" : "node2", "cpu"};
    seen.devices.push_back(facts);
  }
  seen.wanted_folder = "runs/mnist";
  seen.folder = {"/scratch/runs", "", "lustre", std::size_t{1} << 40U, true, true};
  seen.gnuplot = "gnuplot 5.4 patchlevel 4";
  return seen;
}

/// The only finding.
Finding finding_of(const Examination& seen) {
  const std::vector<Finding> found = findings(seen);
  EXPECT_THAT(found, SizeIs(1));
  return found.empty() ? Finding{} : found.front();
}

void expect_warning(const Examination& seen, const std::string& text) {
  const Finding finding = finding_of(seen);
  EXPECT_FALSE(finding.is_fatal) << finding.message;
  EXPECT_THAT(finding.message, HasSubstr(text));
}

void expect_error(const Examination& seen, const std::string& text) {
  const Finding finding = finding_of(seen);
  EXPECT_TRUE(finding.is_fatal) << finding.message;
  EXPECT_THAT(finding.message, HasSubstr(text));
}

TEST(DoctorFindings, are_none_when_all_is_well) { EXPECT_THAT(findings(healthy()), IsEmpty()); }

TEST(DoctorFindings, are_an_error_when_every_task_of_srun_is_a_world_of_its_own) {
  Examination seen = healthy();
  seen.launch.ranks = 1;

  expect_error(seen, "srun started 4 tasks, but MPI knows of 1 rank");
}

TEST(DoctorFindings, are_a_warning_when_one_process_looks_within_a_job_of_several_tasks) {
  Examination seen = healthy();
  seen.launch = {1, 4, Launcher::none, true};

  expect_warning(seen, "the Slurm job has 4 tasks");
}

TEST(DoctorFindings, name_the_host_whose_ranks_share_cores) {
  Examination seen = healthy();
  seen.hosts[1].cores = {7};

  expect_warning(seen, "node2: 2 ranks share 1 core and take turns");
}

TEST(DoctorFindings, pass_over_cores_where_ranks_train_on_gpus) {
  Examination seen = healthy();
  seen.hosts[1].cores = {7};
  for (RankFacts& rank : seen.devices) rank.place.device = "cuda:0";

  EXPECT_THAT(findings(seen), IsEmpty());
}

TEST(DoctorFindings, warn_of_processors_that_differ) {
  Examination seen = healthy();
  seen.hosts[0].kernels = "x86-64-v3";

  expect_warning(seen, "different processors");
}

TEST(DoctorFindings, warn_of_little_shared_memory) {
  Examination seen = healthy();
  seen.hosts[0].shared_memory = std::size_t{64} << 20U;

  expect_warning(seen, "node1: less than 256 MiB are free in /dev/shm");
}

TEST(DoctorFindings, warn_of_the_reference_blas_and_of_a_missing_gnuplot) {
  Examination seen = healthy();
  seen.build.blas = "/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0";
  expect_warning(seen, "libopenblas0-serial");

  seen = healthy();
  seen.gnuplot = "";
  expect_warning(seen, "gnuplot-nox");
}

TEST(DoctorFindings, are_an_error_when_the_folder_can_not_be_written_or_is_not_seen) {
  Examination seen = healthy();
  seen.folder.error = "/scratch/runs: can't create the file: Read-only file system";
  expect_error(seen, "Read-only file system: choose another folder");

  seen = healthy();
  seen.hosts[1].folder = store::Sight::absent;
  expect_error(seen, "/scratch/runs: node2 does not see it");
}

TEST(DoctorFindings, tell_locks_that_are_missing_from_locks_that_do_not_reach_a_host) {
  Examination seen = healthy();
  seen.folder.has_locks = false;
  expect_warning(seen, "has no locks");

  seen = healthy();
  seen.hosts[1].folder = store::Sight::unlocked;
  expect_warning(seen, "locks do not reach node2");
}

TEST(DoctorFindings, warn_of_a_full_disk_and_of_room_that_can_not_be_set_aside) {
  Examination seen = healthy();
  seen.folder.free_bytes = std::size_t{300} << 20U;
  expect_warning(seen, "300 MiB are free");

  seen = healthy();
  seen.folder.sets_room_aside = false;
  expect_warning(seen, "sets no room aside");
}

TEST(DoctorFindings, name_the_job_that_works_on_the_run) {
  Examination seen = healthy();
  seen.lock = {store::LockState::held, "process 12 on node3, job 7"};
  expect_error(seen, "runs/mnist: another job works on this run: process 12 on node3, job 7");

  seen.lock.state = store::LockState::claimed;
  expect_warning(seen, "as its run.lock says");

  seen.lock.state = store::LockState::left;
  EXPECT_THAT(findings(seen), IsEmpty());
}

TEST(DoctorFindings, stand_with_errors_first) {
  Examination seen = healthy();
  seen.gnuplot = "";
  seen.lock = {store::LockState::held, "process 12 on node3"};

  const std::vector<Finding> found = findings(seen);

  ASSERT_THAT(found, SizeIs(2));
  EXPECT_TRUE(found[0].is_fatal);
  EXPECT_THAT(found[1].message, AllOf(HasSubstr("gnuplot"), HasSubstr("tables")));
}

}  // namespace
}  // namespace clvae::run
