#include "run/epoch_table.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <sstream>
#include <string_view>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "store/disk.hpp"
#include "store/text_file.hpp"

namespace clvae::run {

namespace {

constexpr std::string_view kColumns =
    "method,member,attempt,seed,epoch,training_loss,validation_loss,learning_rate,seconds";
constexpr std::size_t kColumnCount = 9;

/// The shortest digits that read back as the same number; nothing for what is not finite.
template <class Number>
std::string field_of(Number value) {
  return std::isfinite(value) ? fmt::format("{}", value) : std::string();
}

std::string line_of(const EpochRow& row) {
  return fmt::format("{},{},{},{},{},{},{},{},{}\n", name_of(row.kind), row.member.value(),
                     row.attempt.value(), row.seed, row.epoch, field_of(row.training_loss),
                     field_of(row.validation_loss), field_of(row.learning_rate),
                     field_of(row.seconds));
}

template <class Number>
bool read(std::string_view field, Number& value) {
  const auto [end, problem] = std::from_chars(field.data(), field.data() + field.size(), value);
  return problem == std::errc() && end == field.data() + field.size();
}

/// The same of a number that may be missing.
template <class Number>
bool read_or_none(std::string_view field, Number& value) {
  value = std::numeric_limits<Number>::quiet_NaN();
  return field.empty() || read(field, value);
}

/// The row in a line; nothing where it is none.
std::optional<EpochRow> row_in(std::string_view line) {
  std::array<std::string_view, kColumnCount> fields;
  for (std::size_t i = 0; i < kColumnCount; ++i) {
    const std::size_t end = line.find(',');
    if ((end == std::string_view::npos) != (i + 1 == kColumnCount)) return std::nullopt;
    fields[i] = line.substr(0, end);
    line.remove_prefix(i + 1 == kColumnCount ? line.size() : end + 1);
  }
  const auto kind = kind_named(fields[0]);
  EpochRow row;
  std::uint32_t member = 0;
  std::uint32_t attempt = 0;
  const bool is_row =
      kind && read(fields[1], member) && read(fields[2], attempt) && read(fields[3], row.seed) &&
      read(fields[4], row.epoch) && row.epoch > 0 && read_or_none(fields[5], row.training_loss) &&
      read_or_none(fields[6], row.validation_loss) && read_or_none(fields[7], row.learning_rate) &&
      read_or_none(fields[8], row.seconds);
  if (!is_row) return std::nullopt;
  row.kind = *kind;
  row.member = MemberIndex{member};
  row.attempt = Attempt{attempt};
  return row;
}

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return file ? text.str() : std::string();
}

std::vector<EpochRow> rows_in(const std::string& text) {
  std::vector<EpochRow> rows;
  std::size_t begin = 0;
  // What has no line end was not written to its end.
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
    if (const auto row = row_in(std::string_view(text).substr(begin, end - begin))) {
      rows.push_back(*row);
    }
    begin = end + 1;
  }
  return rows;
}

/// Appends to a file that is there, in one piece. \throws IoError
void append(const std::string& path, const std::string& line) {
  const store::Descriptor file(path, O_WRONLY | O_APPEND);
  const ssize_t written = ::write(file.number(), line.data(), line.size());
  if (written != static_cast<ssize_t>(line.size())) {
    throw IoError(path, "append to the table", written < 0 ? errno : ENOSPC);
  }
}

}  // namespace

std::vector<EpochRow> read_epochs(const std::string& path) { return rows_in(text_of(path)); }

EpochTable::EpochTable(std::string path, std::function<void(const std::string&)> warn)
    : path_(std::move(path)), warn_(std::move(warn)), written_(text_of(path_)) {
  for (const EpochRow& row : rows_in(written_)) {
    rows_[{row.kind, row.member, row.attempt, row.epoch}] = row;
  }
}

void EpochTable::note(const EpochRow& row) {
  const bool is_new =
      rows_.insert_or_assign({row.kind, row.member, row.attempt, row.epoch}, row).second;
  if (!is_new || has_given_up_) return;
  if (written_.empty()) return write();
  try {
    const std::string line = line_of(row);
    append(path_, line);
    written_ += line;
  } catch (const IoError& error) {
    give_up(error.what());
  }
}

void EpochTable::settle(Kind kind, MemberIndex member, Attempt attempt,
                        const std::vector<EpochRow>& epochs) {
  std::map<Key, EpochRow> before;
  for (const EpochRow& row : epochs) {
    const auto found = rows_.find({kind, member, attempt, row.epoch});
    if (found != rows_.end()) before.insert(*found);
  }
  forget(kind, member, attempt);
  for (EpochRow row : epochs) {
    const Key key{kind, member, attempt, row.epoch};
    const auto found = before.find(key);
    if (found != before.end()) row.seconds = found->second.seconds;
    rows_[key] = row;
  }
}

void EpochTable::forget(Kind kind, MemberIndex member, Attempt attempt) {
  rows_.erase(rows_.lower_bound({kind, member, attempt, 0}),
              rows_.upper_bound({kind, member, Attempt{std::numeric_limits<std::uint32_t>::max()},
                                 std::numeric_limits<int>::max()}));
}

void EpochTable::limit(const std::map<Kind, std::size_t>& members) {
  for (auto row = rows_.begin(); row != rows_.end();) {
    const auto known = members.find(row->second.kind);
    const bool is_known = known != members.end() && row->second.member.value() < known->second;
    row = is_known ? std::next(row) : rows_.erase(row);
  }
}

void EpochTable::write() {
  if (has_given_up_ || (rows_.empty() && written_.empty())) return;
  std::string text = std::string(kColumns) + "\n";
  for (const auto& [key, row] : rows_) text += line_of(row);
  if (text == written_) return;
  try {
    store::write_file(path_, text);
    written_ = std::move(text);
  } catch (const IoError& error) {
    give_up(error.what());
  }
}

void EpochTable::give_up(const std::string& reason) {
  has_given_up_ = true;
  warn_(fmt::format("{}; the job goes on without this table of losses", reason));
}

}  // namespace clvae::run
