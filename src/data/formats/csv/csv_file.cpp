#include "data/formats/csv/csv_file.hpp"

#include <algorithm>
#include <csv.h>
#include <exception>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/utf8.hpp"
#include "data/bytes.hpp"
#include "data/texts.hpp"

namespace clvae::data {

namespace {

constexpr std::size_t kLongestRecord = std::size_t{64} << 20U;
constexpr std::size_t kPiece = 1U << 16U;
constexpr const char* kUtf8 = "UTF-8, as spreadsheets write it as \"CSV UTF-8\"";

/// What libcsv's callbacks work on, one buffer for all fields of a piece of the file. No exception
/// may pass through libcsv, which is C.
struct Parsing {
  std::string bytes;                 ///< of fields, one behind the other
  std::vector<std::size_t> fields;   ///< where each ends
  std::vector<std::size_t> records;  ///< how many fields there are when each ends
  std::exception_ptr failure;
};

extern "C" void take_field(void* field, std::size_t size, void* parsing) {
  auto& now = *static_cast<Parsing*>(parsing);
  try {
    now.bytes.append(static_cast<const char*>(field), size);
    now.fields.push_back(now.bytes.size());
  } catch (...) {
    now.failure = std::current_exception();
  }
}

extern "C" void end_record(int /*terminator*/, void* parsing) {
  auto& now = *static_cast<Parsing*>(parsing);
  try {
    now.records.push_back(now.fields.size());
  } catch (...) {
    now.failure = std::current_exception();
  }
}

class Parser {
 public:
  Parser(char separator, unsigned char options) {
    csv_init(&parser_, options);
    csv_set_delim(&parser_, static_cast<unsigned char>(separator));
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

/// Where the first line ends that is not blank; nothing where that is not among the bytes.
std::optional<std::size_t> end_of_first_line(std::string_view bytes) {
  bool is_quoted = false;
  bool is_blank = true;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char letter = bytes[i];
    if (letter == '"') is_quoted = !is_quoted;
    const bool ends = (letter == '\n' || letter == '\r') && !is_quoted;
    if (ends && !is_blank) return i;
    if (!ends && letter != ' ' && letter != '\t') is_blank = false;
  }
  return std::nullopt;
}

/// The fields of one line.
std::vector<std::string> fields_of(std::string_view line, char separator) {
  Parser parser(separator, 0);
  Parsing parsing;
  csv_parse(parser.get(), line.data(), line.size(), take_field, end_record, &parsing);
  csv_fini(parser.get(), take_field, end_record, &parsing);
  if (parsing.failure) std::rethrow_exception(parsing.failure);
  std::vector<std::string> fields;
  for (std::size_t i = 0, begin = 0; i < parsing.fields.size(); begin = parsing.fields[i++]) {
    fields.push_back(parsing.bytes.substr(begin, parsing.fields[i] - begin));
  }
  return fields;
}

/// What a spreadsheet's line "sep=;" says; nothing where it is another line.
std::optional<char> told_separator(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t\r\n"), line.size()));
  constexpr std::string_view kBegin = "sep=";
  if (line.size() > 1 && line.front() == '"' && line.back() == '"') {
    line = line.substr(1, line.size() - 2);
  }
  if (line.size() != kBegin.size() + 1 || line.substr(0, kBegin.size()) != kBegin) {
    return std::nullopt;
  }
  return line.back() == '"' ? std::nullopt : std::optional<char>(line.back());
}

char separator_for(std::string_view line, const std::vector<std::string>& wanted) {
  char best = ',';
  std::size_t most = 0;
  for (const char separator : {',', ';', '\t'}) {
    const std::vector<std::string> names = fields_of(line, separator);
    std::set<std::string_view> known;
    for (const std::string& name : names) known.insert(without_blanks(name));
    const bool has_all = std::all_of(wanted.begin(), wanted.end(), [&](const std::string& name) {
      return known.count(without_blanks(name)) != 0;
    });
    if (has_all && !wanted.empty()) return separator;
    if (names.size() > most) best = separator;
    most = std::max(most, names.size());
  }
  return best;
}

char character_of(Separator separator) {
  if (separator == Separator::semicolon) return ';';
  return separator == Separator::tab ? '\t' : ',';
}

bool is_whole_number(std::string_view field) {
  return !field.empty() && std::all_of(field.begin(), field.end(),
                                       [](char letter) { return letter >= '0' && letter <= '9'; });
}

}  // namespace

std::string_view without_blanks(std::string_view name) {
  constexpr const char* kBlanks = " \t\r\n";
  const std::size_t begin = std::min(name.find_first_not_of(kBlanks), name.size());
  return name.substr(begin, name.find_last_not_of(kBlanks) + 1 - begin);
}

struct CsvFile::Impl {
  explicit Impl(const std::string& path) : stream(path) {}

  void read_first_line();
  void leave_out_mark();
  void choose(Separator wanted_separator, const std::vector<std::string>& wanted);
  void read_piece();
  void parse(std::string_view bytes);
  void require(bool is_well_formed);

  ByteStream stream;
  std::string bytes;  ///< read and not parsed
  char separator = ',';
  std::optional<Parser> parser;
  Parsing parsing;
  std::size_t next_record = 0;   ///< of those that were parsed
  std::size_t given = 0;         ///< records that were handed out
  std::size_t since_record = 0;  ///< bytes since a record ended
  bool has_ended = false;
};

void CsvFile::Impl::read_first_line() {
  while (!has_ended && bytes.size() <= kLongestRecord && !end_of_first_line(bytes)) {
    const std::size_t before = bytes.size();
    // As much again, so that a line is not looked at too often.
    bytes.resize(before + std::max(kPiece, before));
    const std::size_t wanted = bytes.size() - before;
    const std::size_t got =
        stream.read(reinterpret_cast<std::uint8_t*>(bytes.data()) + before, wanted);
    bytes.resize(before + got);
    has_ended = got < wanted;
  }
}

/// Some programs begin a text with a mark that tells its encoding. ASCII in UTF-16 has a NUL in
/// each of its letters.
void CsvFile::Impl::leave_out_mark() {
  const std::string_view start = bytes;
  const bool is_utf16 = start.substr(0, 2) == "\xff\xfe" || start.substr(0, 2) == "\xfe\xff" ||
                        (start.size() >= 2 && (start[0] == '\0') != (start[1] == '\0'));
  if (is_utf16) throw DataError(stream.path(), "UTF-16", kUtf8);
  if (start.substr(0, 3) == "\xef\xbb\xbf") bytes.erase(0, 3);
}

void CsvFile::Impl::choose(Separator wanted_separator, const std::vector<std::string>& wanted) {
  const bool is_free = wanted_separator == Separator::automatic;
  const std::size_t end = end_of_first_line(bytes).value_or(bytes.size());
  const std::string_view line = std::string_view(bytes).substr(0, end);
  const std::optional<char> told = told_separator(line);
  if (!is_free) {
    separator = character_of(wanted_separator);
  } else {
    separator = told ? *told : separator_for(line, wanted);
  }
  if (told) bytes.erase(0, end);
  parser.emplace(separator, static_cast<unsigned char>(CSV_STRICT | CSV_STRICT_FINI));
}

void CsvFile::Impl::require(bool is_well_formed) {
  if (parsing.failure) std::rethrow_exception(parsing.failure);
  if (is_well_formed) return;
  throw DataError(stream.path(),
                  fmt::format("a misplaced quote behind record {}",
                              given + parsing.records.size() - next_record),
                  "fields with quotes around them as a whole, and quotes within them doubled");
}

/// Adds to what was parsed.
void CsvFile::Impl::parse(std::string_view piece) {
  const std::size_t before = parsing.records.size();
  require(csv_parse(parser->get(), piece.data(), piece.size(), take_field, end_record, &parsing) ==
          piece.size());
  since_record = parsing.records.size() == before ? since_record + piece.size() : 0;
  if (since_record <= kLongestRecord) return;
  throw DataError(stream.path(), fmt::format("a record of more than {} bytes", kLongestRecord),
                  "a quote or line's end before");
}

/// \pre all records that were parsed have been handed out
void CsvFile::Impl::read_piece() {
  // What is left are the first fields of a record.
  const std::size_t records = parsing.records.size();
  const std::size_t fields = records == 0 ? 0 : parsing.records.back();
  const std::size_t begin = fields == 0 ? 0 : parsing.fields[fields - 1];
  parsing.bytes.erase(0, begin);
  parsing.fields.erase(parsing.fields.begin(),
                       parsing.fields.begin() + static_cast<std::ptrdiff_t>(fields));
  for (std::size_t& end : parsing.fields) end -= begin;
  parsing.records.clear();
  next_record = 0;
  if (bytes.empty()) {
    bytes.resize(kPiece);
    bytes.resize(stream.read(reinterpret_cast<std::uint8_t*>(bytes.data()), kPiece));
    has_ended = bytes.size() < kPiece;
  }
  parse(bytes);
  bytes.clear();
  if (has_ended) require(csv_fini(parser->get(), take_field, end_record, &parsing) == 0);
}

CsvFile::CsvFile(const std::string& path, Separator separator,
                 const std::vector<std::string>& wanted)
    : impl_(std::make_unique<Impl>(path)) {
  impl_->read_first_line();
  impl_->leave_out_mark();
  impl_->choose(separator, wanted);
}
CsvFile::~CsvFile() = default;

const std::string& CsvFile::path() const { return impl_->stream.path(); }
char CsvFile::separator() const { return impl_->separator; }

bool CsvFile::next(Fields& fields) {
  Parsing& parsing = impl_->parsing;
  const auto is_done = [&] { return impl_->has_ended && impl_->bytes.empty(); };
  while (impl_->next_record == parsing.records.size() && !is_done()) impl_->read_piece();
  if (impl_->next_record == parsing.records.size()) return false;
  const std::string_view all = parsing.bytes;
  std::size_t field = impl_->next_record == 0 ? 0 : parsing.records[impl_->next_record - 1];
  std::size_t begin = field == 0 ? 0 : parsing.fields[field - 1];
  fields.clear();
  for (; field < parsing.records[impl_->next_record]; begin = parsing.fields[field++]) {
    fields.push_back(all.substr(begin, parsing.fields[field] - begin));
  }
  ++impl_->next_record;
  ++impl_->given;
  return true;
}

TableFile::TableFile(const std::string& path, Separator separator,
                     const std::vector<std::string>& wanted)
    : file_(path, separator, wanted) {
  Fields names;
  if (!file_.next(names)) throw DataError(path, "no records", "a line of names, and records");
  header_.assign(names.begin(), names.end());
  check_names();
  has_index_ = header_.front().empty();
  if (has_index_) header_.erase(header_.begin());
}

void TableFile::check_names() const {
  const bool may_have_index = header_.size() > 1;
  std::map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < header_.size(); ++i) {
    require_text(header_[i], path(), fmt::format("the name of column {}", i + 1));
    const std::size_t first = places.emplace(header_[i], i).first->second;
    if (header_[i].empty() && (i > 0 || !may_have_index)) {
      throw DataError(path(), fmt::format("no name for column {}", i + 1),
                      "a first line with the names of all columns");
    }
    if (first == i) continue;
    throw DataError(
        path(), fmt::format("the column {} twice: columns {} and {}", header_[i], first + 1, i + 1),
        "each name once");
  }
}

std::string TableFile::warning() const {
  if (!has_index_) return {};
  return fmt::format("{}: its first column has no name and is left out, as the index of pandas",
                     path());
}

bool TableFile::next(Fields& fields) {
  if (!file_.next(fields)) {
    if (record_ > 0) return false;
    throw DataError(path(), "no records", "a line of names, and records");
  }
  ++record_;
  const std::size_t columns = header_.size() + (has_index_ ? 1 : 0);
  if (fields.size() != columns) {
    throw DataError(path(), fmt::format("{} fields in record {}", fields.size(), record_),
                    fmt::format("{}, one for each column", columns));
  }
  if (has_index_) take_index(fields);
  check_texts(fields);
  return true;
}

void TableFile::take_index(Fields& fields) const {
  if (!is_whole_number(fields.front())) {
    throw DataError(path(),
                    fmt::format("\"{}\" in column 1, which has no name, of record {}",
                                escaped(fields.front()), record_),
                    "a name for it; only an index of whole numbers is left out");
  }
  fields.erase(fields.begin());
}

void TableFile::check_texts(const Fields& fields) const {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!first_fault(fields[i])) continue;
    require_text(fields[i], path(), fmt::format("column {} of record {}", header_[i], record_));
  }
}

}  // namespace clvae::data
