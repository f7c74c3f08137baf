#include "csv_file.hpp"

#include <algorithm>
#include <csv.h>
#include <exception>

#include <fmt/format.h>

#include "bytes.hpp"
#include "clvae/core/errors.hpp"

namespace clvae::data {

namespace {

/// What libcsv's callbacks work on. No exception may pass through libcsv, which is C.
struct Parsing {
  const std::function<void(const std::vector<std::string>&)>& take;
  std::vector<std::string> fields;
  std::size_t records = 0;
  std::exception_ptr failure;
};

extern "C" void take_field(void* field, std::size_t size, void* parsing) {
  auto& now = *static_cast<Parsing*>(parsing);
  if (now.failure) return;
  now.fields.emplace_back(static_cast<const char*>(field), size);
}

extern "C" void end_record(int /*terminator*/, void* parsing) {
  auto& now = *static_cast<Parsing*>(parsing);
  if (now.failure) return;
  try {
    ++now.records;
    now.take(now.fields);
  } catch (...) {
    now.failure = std::current_exception();
  }
  now.fields.clear();
}

class Parser {
 public:
  Parser() { csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI); }
  ~Parser() { csv_free(&parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  csv_parser* get() { return &parser_; }

 private:
  csv_parser parser_{};
};

}  // namespace

void for_each_record(const std::string& path,
                     const std::function<void(const std::vector<std::string>&)>& take) {
  const std::vector<std::uint8_t> bytes = read_bytes(path);
  constexpr std::uint8_t kMark[] = {0xef, 0xbb, 0xbf};  // some programs begin UTF-8 with it
  const bool has_mark =
      bytes.size() >= 3 && std::equal(std::begin(kMark), std::end(kMark), bytes.begin());
  Parser parser;
  Parsing parsing{take, {}, 0, nullptr};
  constexpr std::size_t kChunk = 1U << 16U;
  bool is_well_formed = true;
  for (std::size_t place = has_mark ? 3 : 0; place < bytes.size() && is_well_formed;
       place += kChunk) {
    const std::size_t count = std::min(kChunk, bytes.size() - place);
    is_well_formed = csv_parse(parser.get(), bytes.data() + place, count, take_field, end_record,
                               &parsing) == count;
    if (parsing.failure) std::rethrow_exception(parsing.failure);
  }
  is_well_formed = is_well_formed && csv_fini(parser.get(), take_field, end_record, &parsing) == 0;
  if (parsing.failure) std::rethrow_exception(parsing.failure);
  if (is_well_formed) return;
  throw DataError(path, fmt::format("a misplaced quote behind record {}", parsing.records),
                  "fields with quotes around them as a whole, and quotes within them doubled");
}

}  // namespace clvae::data
