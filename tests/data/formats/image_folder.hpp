#pragma once
// Folders of small images, read as a labelled dataset.

#include <string>

#include <gmock/gmock.h>

#include "clvae/core/errors.hpp"
#include "data/dataset.hpp"
#include "data/formats/unlabelled.hpp"

namespace clvae::data {

class ImageFolderTest : public UnlabelledTest {
 protected:
  Dataset load(const ImageShape& shape = {1, 1, 2}) const {
    Source source;
    source.format = "images";
    source.path = folder_;
    source.image = shape;
    source.reading = reading_;
    source.test_fraction = 0.5;
    return data::load(source);
  }
  void expect_refused(const std::string& complaint) const {
    EXPECT_THAT([&] { load(); }, testing::ThrowsMessage<DataError>(testing::HasSubstr(complaint)));
  }

  ImageReading reading_;
};

}  // namespace clvae::data
