#include "data/formats/table.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/nearest.hpp"
#include "data/bytes.hpp"
#include "data/dataset.hpp"
#include "data/unlabelled.hpp"

namespace clvae::data {

namespace {

namespace files = std::filesystem;

/// The first bytes, which tell most formats.
std::string start_of(const std::string& path) {
  constexpr std::size_t kLongestMagic = 8;
  std::string bytes(kLongestMagic, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

Candidate candidate_at(const std::string& path, const SampleForm& form) {
  std::error_code ignored;
  const bool is_for_table = !form.columns.empty();
  if (files::is_directory(path, ignored)) return {path, true, "", is_for_table};
  const std::string file = existing_file(path);
  // Read twice, and by each rank.
  if (!files::is_regular_file(file, ignored)) {
    throw DataError(file, "no regular file", "one; a stream is read from standard input, as -");
  }
  return {file, false, start_of(file), is_for_table};
}

/// The format that the data have the strongest sign of; some format takes all that is there.
const Format& format_of(const Candidate& data) {
  std::array<Sign, kFormats.size()> signs{};  // each looked for once: that may read a folder
  std::transform(kFormats.begin(), kFormats.end(), signs.begin(),
                 [&](const Format& format) { return format.sign(data); });
  return kFormats.at(
      static_cast<std::size_t>(std::max_element(signs.begin(), signs.end()) - signs.begin()));
}

/// \throws UsageError where there is none of that name
const Format& format_named(const std::string& word) {
  for (const Format& format : kFormats) {
    if (format.facts.word == word) return format;
  }
  throw UsageError(
      fmt::format("unknown dataset format {}; known: {}", word, joined(formats_with(kNoKeys))));
}

}  // namespace

const Format& format_of(const std::string& path, const SampleForm& form) {
  return format_of(candidate_at(path, form));
}

std::unique_ptr<UnlabelledSamples> open_unlabelled(const std::string& path,
                                                   const SampleForm& form) {
  const Candidate data = candidate_at(path, form);
  const Format& format = form.format.empty() ? format_of(data) : format_named(form.format);
  return format.open(data.path, form);
}

Dataset load(const Source& source) { return format_named(source.format).load(source); }

}  // namespace clvae::data
