#include "store/assembly.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/digest.hpp"
#include "hdf5/file_view.hpp"
#include "hdf5/row_file.hpp"
#include "store/creation.hpp"
#include "store/items.hpp"
#include "store/rows.hpp"

namespace clvae::store {

namespace {

/// Rows of one kind's datasets in one file.
struct KindRows {
  const hdf5::FileView* view = nullptr;
  KindItems items;

  std::vector<char> row(const Item& item, MemberIndex member) const {
    return view->read_row<char>(item, member.value());
  }
  CommitRow commit(MemberIndex member) const {
    return view->read_row<CommitRow>(items.commits, member.value()).front();
  }
};

/// \param attempts that the file has room for the messages of
KindItems items_of(const KindLayout& layout, std::size_t attempts) {
  return kind_items(layout.kind, {layout.members(), 0, 0, attempts}, layout.datasets);
}

/// Room of the messages of each member's attempts.
std::size_t attempts_of(const Reader& reader, Kind kind) {
  return reader.summary(kind).attempt_messages.front().size();
}

void put(const hdf5::RowFile& file, const Item& item, std::size_t row, const void* values) {
  file.write(file.open(item), {row}, values);
}

/// \throws RunFileError unless a row of the one has the size of a row of the other
void require_same_datasets(const Reader& file, const KindLayout& layout) {
  const std::vector<MemberDataset> found = file.datasets(layout.kind);
  const bool are_same = std::equal(
      found.begin(), found.end(), layout.datasets.begin(), layout.datasets.end(),
      [](const MemberDataset& a, const MemberDataset& b) {
        return a.name == b.name && a.slab_shape == b.slab_shape && a.precision == b.precision;
      });
  if (are_same) return;
  throw RunFileError(file.path(), kind_group(layout.kind), "other datasets",
                     "those of the file that its members are copied to");
}

std::uint64_t digest_of(const KindRows& rows, MemberIndex member) {
  Digest digest;
  for (const Item& item : rows.items.datasets) {
    const std::vector<char> values = rows.row(item, member);
    digest.add(values.data(), values.size());
  }
  return digest.value64();
}

/// \return digest of the values that were read; 0 where there are none
std::uint64_t copy_member(const KindRows& from, MemberIndex origin, const KindItems& to,
                          std::size_t row, const hdf5::RowFile& file) {
  const CommitRow commit = from.commit(origin);
  put(file, to.commits, row, &commit);
  put(file, to.provenance, row, from.row(from.items.provenance, origin).data());
  std::vector<char> messages = from.row(from.items.attempt_messages, origin);
  messages.resize(hdf5::row_bytes(to.attempt_messages), '\0');
  put(file, to.attempt_messages, row, messages.data());
  if (commit.state != static_cast<std::uint8_t>(MemberState::done)) return 0;
  Digest digest;
  for (std::size_t i = 0; i < from.items.datasets.size(); ++i) {
    const std::vector<char> values = from.row(from.items.datasets[i], origin);
    digest.add(values.data(), values.size());
    put(file, to.datasets[i], row, values.data());
  }
  return digest.value64();
}

/// A member that was copied, and what its copy has to have.
struct Copied {
  std::size_t kind = 0;  ///< of the layouts
  std::uint32_t row = 0;
  std::uint64_t digest = 0;
};

/// \throws RunFileError unless the copies are what was read
void require_equal(const std::string& path, const Contents& contents,
                   const std::vector<Copied>& copies) {
  const hdf5::FileView view = view_of(path);
  std::vector<KindRows> kinds;
  for (const KindLayout& layout : contents.kinds) {
    kinds.push_back({&view, items_of(layout, contents.max_attempts)});
  }
  for (const Copied& copy : copies) {
    const KindRows& rows = kinds[copy.kind];
    const MemberIndex member{copy.row};
    if (rows.commit(member).state != static_cast<std::uint8_t>(MemberState::done)) continue;
    if (digest_of(rows, member) == copy.digest) continue;
    throw RunFileError(path, kind_group(contents.kinds[copy.kind].kind),
                       fmt::format("other values of member {} than were copied", copy.row),
                       "the same: the disk or the memory is at fault");
  }
}

void put_sessions(const std::vector<std::string>& sessions, const hdf5::RowFile& file) {
  const std::size_t first = sessions.size() > kSessions ? sessions.size() - kSessions : 0;
  for (std::size_t i = first; i < sessions.size(); ++i) {
    put(file, sessions_item(), i - first, hdf5::padded(sessions[i], kSessionBytes).data());
  }
}

std::vector<Copied> copy_members(const Assembly& assembly, const std::string& path) {
  const Contents& contents = assembly.contents;
  hdf5::RowFile file(path);
  std::map<const Reader*, hdf5::FileView> origins;
  std::vector<Copied> copies;
  for (std::size_t kind = 0; kind < contents.kinds.size(); ++kind) {
    const KindLayout& layout = contents.kinds[kind];
    const auto members = assembly.members.find(layout.kind);
    if (members == assembly.members.end()) continue;
    const KindItems to = items_of(layout, contents.max_attempts);
    const Reader* current = nullptr;
    KindRows from;
    std::uint32_t row = 0;
    for (const Origin& origin : members->second) {
      if (origin.file != current) {
        current = origin.file;
        require_same_datasets(*current, layout);
        const hdf5::FileView& opened =
            origins.try_emplace(current, view_of(current->path())).first->second;
        KindLayout there = layout;
        there.seeds = current->seeds(layout.kind);
        from = {&opened, items_of(there, attempts_of(*current, layout.kind))};
      }
      const std::uint64_t digest = copy_member(from, origin.member, to, row, file);
      copies.push_back({kind, row++, digest});
    }
  }
  put_sessions(assembly.sessions, file);
  file.close();
  return copies;
}

}  // namespace

void assemble(const std::string& path, const Assembly& assembly, Existing existing,
              const std::function<void(const std::string&)>& warn) {
  if (existing == Existing::refuse) require_absent(path);
  // A link stays one; what it points to is replaced.
  const std::string target =
      existing == Existing::replace ? std::filesystem::canonical(path).string() : path;
  NewRunFile file(target, assembly.contents, warn);
  require_equal(file.temporary_path(), assembly.contents,
                copy_members(assembly, file.temporary_path()));
  if (existing == Existing::replace) {
    file.replace(target);
  } else {
    file.move_to(target);
  }
}

}  // namespace clvae::store
