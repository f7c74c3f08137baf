#pragma once
/// \file
/// What the members of a run left in its file, as scores read it.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "evaluate/test_bed.hpp"
#include "reduce/member_values.hpp"
#include "reduce/score_table.hpp"
#include "store/reader.hpp"

namespace clvae::evaluate {

/// Members of one kind of a run, of whom not all scores can be had.
class RunMembers : public reduce::MemberValues {
 public:
  /// Whether members left all that the score reads.
  virtual bool have(const reduce::Score& score) const = 0;
  /// Why members of this kind, which others in their place would have it of, don't: nothing where
  /// no member of the kind ever does.
  virtual std::optional<std::string> lack(const reduce::Score& score) const = 0;
};

/// The intact members of one kind. Reads one member at a time, when it is asked for.
class StoredMembers : public RunMembers {
 public:
  /// The ranks share the fits of Gaussians, where members have what is fitted. Collective.
  /// \param reader must outlive this, as must `bed`
  StoredMembers(const comm::Communicator& world, const store::Reader& reader, const TestBed& bed,
                const KindMembers& kind);

  bool have(const reduce::Score& score) const override;
  std::optional<std::string> lack(const reduce::Score& score) const override;
  std::size_t members() const override { return kind_.intact.size(); }
  std::size_t classes() const override { return static_cast<std::size_t>(bed_.classes); }
  const std::vector<std::size_t>& places(reduce::Part part) const override;
  gsl::span<const std::int32_t> training_classes() const override { return bed_.train_classes; }
  /// \throws RunFileError
  std::vector<float> values(std::size_t member, reduce::Reading reading) const override;
  const reduce::Gaussians& gaussians(std::size_t member) const override { return fits_.at(member); }
  /// Read when they are asked for first: 4 N R d bytes. \throws RunFileError
  const reduce::References& references() const override;

 private:
  bool has(reduce::Reading reading) const;

  const store::Reader& reader_;
  const TestBed& bed_;
  KindMembers kind_;
  std::array<std::vector<std::size_t>, 3> places_;  ///< of each part
  std::vector<reduce::Gaussians> fits_;             ///< [members], or none
  mutable std::optional<reduce::References> references_;
};

}  // namespace clvae::evaluate
