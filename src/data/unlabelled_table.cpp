#include <algorithm>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/csv_file.hpp"
#include "data/table.hpp"
#include "data/unlabelled_readers.hpp"

namespace clvae::data {

namespace {

/// How many records there are; each has as many fields as there are columns.
std::size_t records_in(const std::string& path) {
  TableFile file(path);
  std::vector<std::string> fields;
  while (file.next(fields)) {
  }
  return file.record();
}

class TableSamples : public UnlabelledSamples {
 public:
  TableSamples(const std::string& path, const std::vector<Column>& columns)
      : path_(path),
        file_(path),
        encoder_(columns, file_.header(), path),
        size_(records_in(path)) {}

  ImageShape shape() const override { return {static_cast<int>(encoder_.features()), 1, 1, true}; }
  std::size_t size() const override { return size_; }

  SampleBlock next(std::size_t most) override {
    SampleBlock block;
    std::vector<std::string> fields;
    for (const std::size_t end = file_.record() + std::min(most, left()); file_.record() < end;) {
      take(fields);
      encoder_.append(fields, file_.record(), block.values);
    }
    require_end();
    return block;
  }
  void skip(std::size_t count) override {
    std::vector<std::string> fields;
    for (std::size_t i = std::min(count, left()); i > 0; --i) take(fields);
    require_end();
  }

 private:
  std::size_t left() const { return size_ - file_.record(); }
  void take(std::vector<std::string>& fields) {
    if (!file_.next(fields)) refuse(file_.record());
  }
  void require_end() {
    std::vector<std::string> fields;
    if (left() == 0 && !has_ended_ && file_.next(fields)) refuse(file_.record());
    has_ended_ = left() == 0;
  }
  [[noreturn]] void refuse(std::size_t found) const {
    throw DataError(path_, fmt::format("{} records or more", found),
                    fmt::format("{}, as when they were counted", size_));
  }

  std::string path_;
  bool has_ended_ = false;
  TableFile file_;
  TableEncoder encoder_;
  std::size_t size_;
};

}  // namespace

std::unique_ptr<UnlabelledSamples> open_table(const std::string& path, const SampleForm& form) {
  if (form.columns.empty()) {
    throw DataError(path, "a table",
                    describe(form.shape) + " in arrays: the run was not trained on a table");
  }
  return std::make_unique<TableSamples>(path, form.columns);
}

}  // namespace clvae::data
