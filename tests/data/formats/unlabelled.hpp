#pragma once
// Data to be scored, as tests of their formats open them.

#include <filesystem>
#include <memory>
#include <string>

#include <gmock/gmock.h>

#include "clvae/core/errors.hpp"
#include "data/files.hpp"
#include "data/unlabelled.hpp"

namespace clvae::data {

inline Bytes text_bytes(const std::string& text) { return {text.begin(), text.end()}; }

/// A PGM image of one row.
inline Bytes pgm(const Bytes& values) {
  Bytes bytes = text_bytes("P5\n" + std::to_string(values.size()) + " 1\n255\n");
  bytes.insert(bytes.end(), values.begin(), values.end());
  return bytes;
}

/// Files in a folder of their own, opened for a run on samples of a certain form.
class UnlabelledTest : public FolderTest {
 protected:
  std::string file(const std::string& name) const { return folder_ + "/" + name; }
  void put(const std::string& name, const Bytes& bytes) const {
    std::filesystem::create_directories(std::filesystem::path(file(name)).parent_path());
    write(name, bytes);
  }
  std::unique_ptr<UnlabelledSamples> open(const std::string& name) const {
    return open_unlabelled(file(name), form_);
  }
  /// All samples in blocks of so many.
  SampleBlock all_of(const std::string& name, std::size_t most) const {
    const auto samples = open(name);
    SampleBlock all;
    while (true) {
      const SampleBlock some = samples->next(most);
      if (some.pixels.empty() && some.values.empty() && some.features.empty()) return all;
      all.pixels.insert(all.pixels.end(), some.pixels.begin(), some.pixels.end());
      all.values.insert(all.values.end(), some.values.begin(), some.values.end());
      all.features.insert(all.features.end(), some.features.begin(), some.features.end());
    }
  }
  void expect_refused(const std::string& name, const std::string& complaint) const {
    EXPECT_THAT([&] { all_of(name, 2); },
                testing::ThrowsMessage<DataError>(
                    testing::AllOf(testing::HasSubstr(name), testing::HasSubstr(complaint))))
        << name;
  }
  /// A run on images of two grey pixels.
  void take_images() { form_.shape = {1, 1, 2}; }
  /// A run on a table of size, colour and weight.
  void take_a_table() {
    form_.shape = {4, 1, 1, true};
    form_.columns = {{"size", {}}, {"colour", {"blue", "red"}}, {"weight", {}}};
    form_.label_column = "kind";
  }

  SampleForm form_;
};

}  // namespace clvae::data
