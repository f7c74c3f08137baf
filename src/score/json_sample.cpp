#include "score/json_sample.hpp"

#include <fmt/format.h>

#include "core/utf8.hpp"
#include "score/json_values.hpp"

namespace clvae::score {

namespace {

using Json = nlohmann::json;

/// What stands where JSON ends to be JSON. \param byte from 1
std::string no_json(std::string_view line, std::size_t byte) {
  if (const auto fault = first_fault(line)) {
    return fmt::format("{} at byte {}", line[*fault] == '\0' ? "a NUL" : "no UTF-8 (Windows-1252?)",
                       *fault + 1);
  }
  const std::size_t place = byte == 0 ? 0 : byte - 1;
  for (const std::string_view word : {"NaN", "Infinity"}) {
    const std::size_t from = place < word.size() ? 0 : place - word.size();
    const std::size_t found = line.substr(0, place + word.size()).find(word, from);
    if (found != std::string_view::npos) return fmt::format("{} at byte {}", word, found + 1);
  }
  if (place >= line.size()) return fmt::format("a line that ends at byte {}", line.size());
  return fmt::format("no JSON at byte {}", byte);
}

const char* wanted(const data::SampleForm& form) {
  return form.shape.is_image() ? "expected an image as JSON" : "expected features as JSON";
}

Json parsed(std::string_view line, const data::SampleForm& form) {
  try {
    return Json::parse(line);
  } catch (const Json::parse_error& error) {
    throw NoSample(fmt::format("{}; {}", no_json(line, error.byte), wanted(form)));
  } catch (const Json::exception&) {
    throw NoSample(fmt::format("a number that is none of JSON's; {}", wanted(form)));
  }
}

std::string id_of(const Json& object) {
  const auto id = object.find("id");
  if (id == object.end()) return "";
  if (!id->is_string() && !id->is_number()) {
    throw NoSample(fmt::format("an id of {}; expected a text or a number", shown(*id)));
  }
  return id->dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// The sample under whichever key an object has it.
data::SampleBlock sample_in(const Json& object, const data::SampleForm& form) {
  if (form.shape.is_image()) {
    if (!object.contains("pixels")) throw NoSample("an object without the key pixels");
    return pixels_of(object["pixels"], form);
  }
  const bool has_features = object.contains("features");
  const bool has_columns = !form.columns.empty() && object.contains("columns");
  if (has_features && has_columns) {
    throw NoSample("an object with columns and features; expected one of the two");
  }
  if (!has_features && !has_columns) {
    throw NoSample(form.columns.empty() ? "an object without the key features"
                                        : "an object without the key columns or features");
  }
  return has_columns ? columns_of(object["columns"], form) : features_of(object["features"], form);
}

data::SampleBlock read(std::string_view line, const data::SampleForm& form, std::string& id) {
  const Json value = parsed(line, form);
  if (value.is_object()) {
    id = id_of(value);
    return sample_in(value, form);
  }
  return form.shape.is_image() ? pixels_of(value, form) : features_of(value, form);
}

}  // namespace

void read_json_sample(std::string_view line, const data::SampleForm& form, StreamItem& item) {
  try {
    item.sample = read(line, form, item.id);
  } catch (const NoSample& reason) {
    item.error = reason.what();
  }
}

}  // namespace clvae::score
