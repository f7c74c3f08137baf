#include <gmock/gmock.h>

#include "clvae/core/errors.hpp"
#include "data/dataset.hpp"

namespace clvae::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

TEST(ClassesNamed, takes_names_and_numbers_of_sorted_names) {
  const std::vector<std::string> names{"bag", "coat", "dress"};
  EXPECT_THAT(classes_named({"dress", "0"}, names, "x"), ElementsAre(0, 2));
  EXPECT_EQ(word_for_class(1, names), "1");
  EXPECT_THAT(
      [&] { classes_named({"coot"}, names, "x"); },
      ThrowsMessage<DataError>(HasSubstr("no class coot to be the outlier (did you mean coat?)")));
  EXPECT_THAT([&] { classes_named({"3"}, names, "x"); },
              ThrowsMessage<DataError>(HasSubstr("0 to 2")));
  EXPECT_THAT(
      [&] {
        classes_named({"bag", "0"}, names, "x");
      },
      ThrowsMessage<DataError>(HasSubstr("class 0 as outlier twice")));
}

TEST(ClassesNamed, takes_labels_rather_than_places_when_all_names_are_numbers) {
  const std::vector<std::string> names{"1", "2", "7"};
  EXPECT_THAT(classes_named({"1"}, names, "x"), ElementsAre(0));
  EXPECT_THAT(classes_named({"7"}, names, "x"), ElementsAre(2));
  EXPECT_EQ(word_for_class(2, names), "7");
  EXPECT_THAT([&] { classes_named({"0"}, names, "x"); },
              ThrowsMessage<DataError>(Not(HasSubstr("their numbers"))));
}

}  // namespace
}  // namespace clvae::data
