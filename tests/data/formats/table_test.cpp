#include "data/formats/table.hpp"

#include <gmock/gmock.h>

#include "clvae/core/errors.hpp"
#include "data/formats/unlabelled.hpp"

namespace clvae::data {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

using FormatTest = UnlabelledTest;

TEST_F(FormatTest, is_told_by_what_is_in_a_file_before_its_name) {
  const auto format_in = [&](const std::string& name, const Bytes& bytes) {
    put(name, bytes);
    return format_of(file(name), form_).facts.word;
  };
  EXPECT_EQ(format_in("a.bin", text_bytes("\x89HDF\r\n\x1a\nrest")), "hdf5");
  EXPECT_EQ(format_in("b.csv", text_bytes("PK\x03\x04rest")), "npz");
  EXPECT_EQ(format_in("c", text_bytes("\x89PNG\r\n\x1a\n")), "images");
  EXPECT_EQ(format_in("d.h5", {}), "hdf5");
  EXPECT_EQ(format_in("e.npz", {}), "npz");
  EXPECT_EQ(format_in("f.JPG", {}), "images");
  EXPECT_EQ(format_in("g.bin.gz", {}), "cifar10");
  EXPECT_EQ(format_in("h", idx_images(1)), "idx");
  take_a_table();
  EXPECT_EQ(format_in("i", text_bytes("P5,size")), "csv");
  EXPECT_EQ(format_in("j", idx_images(1)), "idx");
}

TEST_F(FormatTest, is_told_by_what_is_in_a_folder) {
  const auto format_in = [&](const std::string& name) {
    return format_of(file(name), form_).facts.word;
  };
  put("records/test_batch.bin.gz", {});
  put("both/test_batch.bin", {});
  put("both/t10k-images-idx3-ubyte", {});
  put("other/x.txt", {});
  EXPECT_EQ(format_in("records"), "cifar10");
  EXPECT_EQ(format_in("both"), "idx");
  EXPECT_EQ(format_in("other"), "images");
  take_a_table();
  EXPECT_EQ(format_in("both"), "csv");
}

TEST(Load, is_refused_when_the_format_is_unknown) {
  Source source;
  source.format = "png";
  EXPECT_THAT([&] { load(source); }, ThrowsMessage<UsageError>(HasSubstr("png")));
}

}  // namespace
}  // namespace clvae::data
