#include "data/formats/csv/csv_file.hpp"

#include <algorithm>
#include <csv.h>
#include <deque>
#include <exception>
#include <set>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/bytes.hpp"

namespace clvae::data {

namespace {

constexpr std::size_t kLongestRecord = std::size_t{64} << 20U;

/// What libcsv's callbacks work on. No exception may pass through libcsv, which is C.
struct Parsing {
  std::vector<std::string> fields;               ///< of the record at hand
  std::deque<std::vector<std::string>> records;  ///< that are whole
  std::exception_ptr failure;
};

extern "C" void take_field(void* field, std::size_t size, void* parsing) {
  auto& now = *static_cast<Parsing*>(parsing);
  try {
    now.fields.emplace_back(static_cast<const char*>(field), size);
  } catch (...) {
    now.failure = std::current_exception();
  }
}

extern "C" void end_record(int /*terminator*/, void* parsing) {
  auto& now = *static_cast<Parsing*>(parsing);
  try {
    now.records.push_back(std::move(now.fields));
  } catch (...) {
    now.failure = std::current_exception();
  }
  now.fields.clear();
}

class Parser {
 public:
  Parser() {
    csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI);
    // The field at hand grows by so much at a time; the library's own 128 bytes copy a field that
    // never ends again and again.
    constexpr std::size_t kGrowth = std::size_t{1} << 20U;
    csv_set_blk_size(&parser_, kGrowth);
  }
  ~Parser() { csv_free(&parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  csv_parser* get() { return &parser_; }

 private:
  csv_parser parser_{};
};

}  // namespace

struct CsvFile::Impl {
  explicit Impl(const std::string& path) : stream(path) {}

  void read_piece();
  void require(bool is_well_formed);

  ByteStream stream;
  Parser parser;
  Parsing parsing;
  std::size_t given = 0;         ///< records that were handed out
  std::size_t since_record = 0;  ///< bytes since a record ended
  bool is_first = true;
  bool has_ended = false;
};

void CsvFile::Impl::require(bool is_well_formed) {
  if (parsing.failure) std::rethrow_exception(parsing.failure);
  if (is_well_formed) return;
  throw DataError(stream.path(),
                  fmt::format("a misplaced quote behind record {}", given + parsing.records.size()),
                  "fields with quotes around them as a whole, and quotes within them doubled");
}

void CsvFile::Impl::read_piece() {
  constexpr std::size_t kPiece = 1U << 16U;
  constexpr std::uint8_t kMark[] = {0xef, 0xbb, 0xbf};  // some programs begin UTF-8 with it
  std::vector<std::uint8_t> bytes(kPiece);
  bytes.resize(stream.read(bytes.data(), bytes.size()));
  has_ended = bytes.size() < kPiece;
  const bool has_mark = is_first && bytes.size() >= 3 &&
                        std::equal(std::begin(kMark), std::end(kMark), bytes.begin());
  is_first = false;
  const std::size_t begin = has_mark ? 3 : 0;
  const std::size_t count = bytes.size() - begin;
  require(csv_parse(parser.get(), bytes.data() + begin, count, take_field, end_record, &parsing) ==
          count);
  if (has_ended) require(csv_fini(parser.get(), take_field, end_record, &parsing) == 0);
  since_record = parsing.records.empty() ? since_record + count : 0;
  if (since_record <= kLongestRecord) return;
  throw DataError(stream.path(), fmt::format("a record of more than {} bytes", kLongestRecord),
                  "a quote or line's end before");
}

CsvFile::CsvFile(const std::string& path) : impl_(std::make_unique<Impl>(path)) {}
CsvFile::~CsvFile() = default;

const std::string& CsvFile::path() const { return impl_->stream.path(); }

bool CsvFile::next(std::vector<std::string>& fields) {
  auto& records = impl_->parsing.records;
  while (records.empty() && !impl_->has_ended) impl_->read_piece();
  if (records.empty()) return false;
  fields = std::move(records.front());
  records.pop_front();
  ++impl_->given;
  return true;
}

TableFile::TableFile(const std::string& path) : file_(path) {
  if (!file_.next(header_)) {
    throw DataError(path, "no records", "a line of names, and records");
  }
  const std::set<std::string> distinct(header_.begin(), header_.end());
  if (distinct.size() != header_.size() || distinct.count("") != 0) {
    throw DataError(path, "a first line with a name twice, or without one",
                    "the names of all columns");
  }
}

bool TableFile::next(std::vector<std::string>& fields) {
  if (!file_.next(fields)) {
    if (record_ > 0) return false;
    throw DataError(path(), "no records", "a line of names, and records");
  }
  ++record_;
  if (fields.size() != header_.size()) {
    throw DataError(path(), fmt::format("{} fields in record {}", fields.size(), record_),
                    fmt::format("{}, one for each column", header_.size()));
  }
  return true;
}

}  // namespace clvae::data
