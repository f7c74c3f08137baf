#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/nearest.hpp"
#include "fetch/fetch.hpp"

namespace clvae::fetch {

namespace {

/// The checksums of train images and labels, then of test images and labels.
std::vector<PublicFile> idx_files(const std::vector<std::string>& checksums) {
  const std::vector<std::string> names{"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz",
                                       "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"};
  std::vector<PublicFile> files;
  for (std::size_t i = 0; i < names.size(); ++i) {
    files.push_back({names[i], false, checksums[i], {}});
  }
  return files;
}

std::vector<Collection> collections() {
  return {{"mnist",
           {"https://storage.googleapis.com/cvdf-datasets/mnist/",
            "https://ossci-datasets.s3.amazonaws.com/mnist/", "http://yann.lecun.com/exdb/mnist/"},
           idx_files({"ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                      "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                      "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                      "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"})},
          {"fashion_mnist",
           {"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/"},
           idx_files({"c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                      "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
                      "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                      "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"})},
          {"cifar10",
           {"https://www.cs.toronto.edu/~kriz/"},
           {{"cifar-10-binary.tar.gz",
             true,
             "c32a1d4ab5d03f1284b67883e8d87530",
             {"batches.meta.txt", "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
              "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin"}}}}};
}

}  // namespace

Collection collection_named(const std::string& name) {
  std::vector<std::string> names;
  for (const Collection& collection : collections()) {
    if (collection.name == name) return collection;
    names.push_back(collection.name);
  }
  const auto nearest = nearest_word(name, names);
  throw UsageError(fmt::format("there is no public dataset {}{}; there are {}", name,
                               nearest ? " (did you mean " + *nearest + "?)" : "", joined(names)));
}

}  // namespace clvae::fetch
