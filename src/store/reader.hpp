#pragma once
/// \file
/// Reading a run file with the serial driver: at any time, also while a job writes it. No MPI.

#include <memory>
#include <string>
#include <vector>

#include "store/schema.hpp"

namespace clvae::store {

/// Shape and committed state of one kind, as read back.
struct KindSummary {
  Kind kind{};
  std::size_t members = 0;
  std::size_t latent_dim = 0;
  std::vector<CommitRecord> commits;                       ///< [members]
  std::vector<MemberProvenance> provenance;                ///< [members]
  std::vector<std::vector<std::string>> attempt_messages;  ///< [members][max_attempts], "" if none
};

/// An open run file. Any rank; each opens its own. Every call reads from the file what is there by
/// then, so one reader sees the commits that a job makes after it was opened.
/// All functions throw RunFileError for a kind, member or name that the file does not have.
class Reader {
 public:
  /// Checks type, shape and place of every dataset, and all values that are used as indices.
  /// \throws RunFileError where the file is missing, a directory, no HDF5, truncated, not a run
  ///   file, of another schema version, or anything in it is missing or not as it must be
  explicit Reader(const std::string& path);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;

  const std::string& path() const;
  std::string config() const;
  std::string program_version() const;
  std::string dataset_name() const;
  std::string dataset_fingerprint() const;
  /// How features were made and standardised; empty where samples are images.
  FeatureTable features() const;
  std::vector<std::string> class_names() const;
  std::vector<std::int32_t> inlier_classes() const;
  std::vector<std::int32_t> outlier_classes() const;
  std::vector<std::int32_t> image_shape() const;  ///< as `Contents` has it
  std::string sample_type() const;                ///< as `Contents` has it
  std::vector<std::string> sessions() const;      ///< one text for each job that worked on the run
  std::vector<std::string> merged_from() const;   ///< as `Contents` has it
  /// All that was known before training, as it was given to `create`.
  Contents contents() const;
  std::vector<Kind> kinds() const;

  /// \param part "train", "validation" or "test"
  SampleTable samples(const std::string& part) const;
  KindSummary summary(Kind kind) const;
  std::vector<std::uint64_t> seeds(Kind kind) const;
  std::vector<std::int32_t> permutations(Kind kind) const;  ///< [N, K]; empty without centres
  std::vector<double> centres(Kind kind) const;             ///< [K, d]
  /// The member datasets of a kind, as the file describes them, in checksum order.
  std::vector<MemberDataset> datasets(Kind kind) const;

  /// Whether the members of a kind have a dataset of that name.
  bool has_dataset(Kind kind, const std::string& name) const;

  /// One member's slab of single precision, as it is, whatever the member's state.
  std::vector<float> slab(Kind kind, MemberIndex member, const std::string& name) const;
  /// The same of a dataset that is exact.
  std::vector<double> exact_slab(Kind kind, MemberIndex member, const std::string& name) const;

  /// Whether the record says done and the slabs still have its checksum.
  bool is_intact(Kind kind, MemberIndex member) const;
  /// What is wrong with a member that is done, naming datasets; empty where nothing is, and of
  /// members that are pending or failed.
  std::string damage_of(Kind kind, MemberIndex member) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clvae::store
