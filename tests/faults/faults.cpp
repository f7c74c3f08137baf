// Failures on demand: linked with the program's main and libraries under the linker's --wrap, so
// that the program itself knows nothing of them. Each function here stands in front of one of the
// program's, and fails instead of calling it where the environment says so:
//
//   CLVAE_FAULT_STAGE   config, data, device, creation, opening, training, commit, closing,
//                       request, removal, reduction, figures
//   CLVAE_FAULT_RANK    the rank that fails
//   CLVAE_FAULT_TYPE    io_error, attempt_error, bad_alloc, runtime_error; or pause, which waits
//   CLVAE_FAULT_GATE    until there is a file of this name, and says so by one with ".reached"
//
// The build takes from here the names of the functions to wrap: all words that begin with _ZN.

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mpi.h>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>

#include "clvae/core/errors.hpp"
#include "config/config.hpp"
#include "evaluate/walks.hpp"
#include "jobs.hpp"
#include "plan/plan.hpp"
#include "reduce/walk.hpp"
#include "run/experiment.hpp"
#include "run/launch.hpp"
#include "store/checkpoints.hpp"
#include "store/creation.hpp"
#include "store/text_file.hpp"
#include "store/writer.hpp"
#include "train/device.hpp"

namespace {

using namespace clvae;  // NOLINT(google-build-using-namespace): this file is the end of the line

std::string setting(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

void wait_at_gate() {
  const std::string gate = setting("CLVAE_FAULT_GATE");
  const std::ofstream reached(gate + ".reached");
  while (!std::filesystem::exists(gate)) std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

void fail_if_wanted(const std::string& stage) {
  if (setting("CLVAE_FAULT_STAGE") != stage) return;
  if (setting("CLVAE_FAULT_RANK") != std::to_string(run::launched_rank())) return;
  const std::string type = setting("CLVAE_FAULT_TYPE");
  if (type == "pause") return wait_at_gate();
  if (type == "io_error") throw IoError("injected", "write the file", 5);
  if (type == "attempt_error") throw AttemptError("injected failure");
  if (type == "bad_alloc") throw std::bad_alloc();
  throw std::runtime_error("injected failure");
}

}  // namespace

/// A function of the program under its two names: "real" is what the wrapper calls, "wrap" what the
/// program calls instead. A constructor or member takes its object first, as compilers do it.
#define CLVAE_REAL(symbol) __asm__("__real_" #symbol)
#define CLVAE_WRAP(symbol) __asm__("__wrap_" #symbol)

config::Config real_parse(const std::string& text, const std::string& file,
                          const std::vector<std::string>& overrides)
    CLVAE_REAL(
        _ZN5clvae6config5parseERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEES8_RKSt6vectorIS6_SaIS6_EE);
config::Config wrap_parse(const std::string& text, const std::string& file,
                          const std::vector<std::string>& overrides)
    CLVAE_WRAP(
        _ZN5clvae6config5parseERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEES8_RKSt6vectorIS6_SaIS6_EE);
config::Config wrap_parse(const std::string& text, const std::string& file,
                          const std::vector<std::string>& overrides) {
  fail_if_wanted("config");
  return real_parse(text, file, overrides);
}

data::Experiment real_draw(const data::Dataset& dataset, const config::Config& config)
    CLVAE_REAL(_ZN5clvae3run13experiment_onERKNS_4data7DatasetERKNS_6config6ConfigE);
data::Experiment wrap_draw(const data::Dataset& dataset, const config::Config& config)
    CLVAE_WRAP(_ZN5clvae3run13experiment_onERKNS_4data7DatasetERKNS_6config6ConfigE);
data::Experiment wrap_draw(const data::Dataset& dataset, const config::Config& config) {
  fail_if_wanted("data");
  return real_draw(dataset, config);
}

void real_prepare(int threads) CLVAE_REAL(_ZN5clvae5train7prepareEi);
void wrap_prepare(int threads) CLVAE_WRAP(_ZN5clvae5train7prepareEi);
void wrap_prepare(int threads) {
  fail_if_wanted("device");
  real_prepare(threads);
}

void real_create(const std::string& path, const store::Contents& contents,
                 const std::function<void(const std::string&)>& warn)
    CLVAE_REAL(
        _ZN5clvae5store6createERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEERKNS0_8ContentsERKSt8functionIFvS8_EE);
void wrap_create(const std::string& path, const store::Contents& contents,
                 const std::function<void(const std::string&)>& warn)
    CLVAE_WRAP(
        _ZN5clvae5store6createERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEERKNS0_8ContentsERKSt8functionIFvS8_EE);
void wrap_create(const std::string& path, const store::Contents& contents,
                 const std::function<void(const std::string&)>& warn) {
  fail_if_wanted("creation");
  real_create(path, contents, warn);
}

void real_open(store::Writer* writer, const std::string& path, MPI_Comm communicator) CLVAE_REAL(
    _ZN5clvae5store6WriterC1ERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEP19ompi_communicator_t);
void wrap_open(store::Writer* writer, const std::string& path, MPI_Comm communicator) CLVAE_WRAP(
    _ZN5clvae5store6WriterC1ERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEP19ompi_communicator_t);
void wrap_open(store::Writer* writer, const std::string& path, MPI_Comm communicator) {
  fail_if_wanted("opening");
  real_open(writer, path, communicator);
}

Seed real_seed(Seed member_seed, Attempt attempt)
    CLVAE_REAL(_ZN5clvae4plan12attempt_seedENS_6StrongINS_7SeedTagEmEENS1_INS_10AttemptTagEjEE);
Seed wrap_seed(Seed member_seed, Attempt attempt)
    CLVAE_WRAP(_ZN5clvae4plan12attempt_seedENS_6StrongINS_7SeedTagEmEENS1_INS_10AttemptTagEjEE);
Seed wrap_seed(Seed member_seed, Attempt attempt) {
  fail_if_wanted("training");
  return real_seed(member_seed, attempt);
}

void real_commit(store::Writer* writer, Kind kind, MemberIndex member,
                 const std::vector<store::Slab>& slabs, store::CommitRecord record,
                 const store::MemberProvenance& provenance)
    CLVAE_REAL(
        _ZN5clvae5store6Writer6commitENS_4KindENS_6StrongINS_14MemberIndexTagEjEERKSt6vectorINS0_4SlabESaIS7_EENS0_12CommitRecordERKNS0_16MemberProvenanceE);
void wrap_commit(store::Writer* writer, Kind kind, MemberIndex member,
                 const std::vector<store::Slab>& slabs, store::CommitRecord record,
                 const store::MemberProvenance& provenance)
    CLVAE_WRAP(
        _ZN5clvae5store6Writer6commitENS_4KindENS_6StrongINS_14MemberIndexTagEjEERKSt6vectorINS0_4SlabESaIS7_EENS0_12CommitRecordERKNS0_16MemberProvenanceE);
void wrap_commit(store::Writer* writer, Kind kind, MemberIndex member,
                 const std::vector<store::Slab>& slabs, store::CommitRecord record,
                 const store::MemberProvenance& provenance) {
  fail_if_wanted("commit");
  real_commit(writer, kind, member, slabs, record, provenance);
}

void real_close(const store::Checkpoints* checkpoints)
    CLVAE_REAL(_ZNK5clvae5store11Checkpoints10remove_allEv);
void wrap_close(const store::Checkpoints* checkpoints)
    CLVAE_WRAP(_ZNK5clvae5store11Checkpoints10remove_allEv);
/// Where a job has trained all that it had to, and still has the run's lock.
void wrap_close(const store::Checkpoints* checkpoints) {
  fail_if_wanted("closing");
  real_close(checkpoints);
}

void real_write(const std::string& path, const std::string& text) CLVAE_REAL(
    _ZN5clvae5store10write_fileERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEES8_);
void wrap_write(const std::string& path, const std::string& text) CLVAE_WRAP(
    _ZN5clvae5store10write_fileERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEES8_);
/// After a request for more members was left.
void wrap_write(const std::string& path, const std::string& text) {
  real_write(path, text);
  fail_if_wanted("request");
}

void real_remove(const std::string& path)
    CLVAE_REAL(_ZN5clvae5store11remove_fileERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE);
void wrap_remove(const std::string& path)
    CLVAE_WRAP(_ZN5clvae5store11remove_fileERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE);
/// Of a request for more members.
void wrap_remove(const std::string& path) {
  fail_if_wanted("removal");
  real_remove(path);
}

reduce::WalkShare real_walk(const reduce::ScoredMembers& scored, const reduce::TestSet& test,
                            const std::vector<reduce::Order>& orders,
                            const reduce::Sharing& sharing,
                            const std::function<void(std::size_t, std::size_t)>& progress)
    CLVAE_REAL(
        _ZN5clvae6reduce10walk_shareERKNS0_13ScoredMembersERKNS0_7TestSetERKSt6vectorIS7_ImSaImEESaIS9_EERKNS0_7SharingERKSt8functionIFvmmEE);
reduce::WalkShare wrap_walk(const reduce::ScoredMembers& scored, const reduce::TestSet& test,
                            const std::vector<reduce::Order>& orders,
                            const reduce::Sharing& sharing,
                            const std::function<void(std::size_t, std::size_t)>& progress)
    CLVAE_WRAP(
        _ZN5clvae6reduce10walk_shareERKNS0_13ScoredMembersERKNS0_7TestSetERKSt6vectorIS7_ImSaImEESaIS9_EERKNS0_7SharingERKSt8functionIFvmmEE);
reduce::WalkShare wrap_walk(const reduce::ScoredMembers& scored, const reduce::TestSet& test,
                            const std::vector<reduce::Order>& orders,
                            const reduce::Sharing& sharing,
                            const std::function<void(std::size_t, std::size_t)>& progress) {
  fail_if_wanted("reduction");
  return real_walk(scored, test, orders, sharing, progress);
}

void real_plot(const run::RunFolder& folder, const std::string& output, Console& console) CLVAE_REAL(
    _ZN5clvae4jobs4plotERKNS_3run9RunFolderERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEERNS_7ConsoleE);
void wrap_plot(const run::RunFolder& folder, const std::string& output, Console& console) CLVAE_WRAP(
    _ZN5clvae4jobs4plotERKNS_3run9RunFolderERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEERNS_7ConsoleE);
void wrap_plot(const run::RunFolder& folder, const std::string& output, Console& console) {
  fail_if_wanted("figures");
  real_plot(folder, output, console);
}
