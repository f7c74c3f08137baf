#include "config/evaluation_sets.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "config/rules.hpp"
#include "data/formats/table.hpp"

namespace clvae::config {

namespace {

constexpr const char* kCorruptions = "corruptions";
constexpr NumberRange kSetScales{0, 1e30, false, true};

const std::vector<std::string>& set_groups() {
  static const std::vector<std::string> words{"near", "far"};
  return words;
}

std::string read_set_path(const Given& given) {
  std::string text = read_any_text(given);
  if (text.empty()) refuse(given, "an empty text");
  return with_home(text);
}

std::string read_set_name(const Given& given) {
  std::string name = read_any_text(given);
  const std::string flaw = flaw_of_set_name(name);
  if (!flaw.empty()) refuse(given, fmt::format("{}, {}", quoted(name), flaw));
  return name;
}

/// A field of a set, as it is read and written. What is empty is not written.
struct SetField {
  std::string name;
  std::string allowed;
  std::function<void(const Given&, EvaluationSet&)> read;
  std::function<std::string(const EvaluationSet&)> write;
};

const std::vector<SetField>& set_fields() {
  const auto text_or_nothing = [](const std::string& text) {
    return text.empty() ? std::string() : yaml_of(text);
  };
  static const std::vector<SetField> fields{
      {"name", "a name that a folder can have",
       [](const Given& given, EvaluationSet& set) { set.name = read_set_name(given); },
       [](const EvaluationSet& set) { return yaml_of(set.name); }},
      {"path", "any path",
       [](const Given& given, EvaluationSet& set) { set.path = read_set_path(given); },
       [](const EvaluationSet& set) { return yaml_of(set.path); }},
      {"format", joined(data::formats_with(data::kNoKeys)),
       [](const Given& given, EvaluationSet& set) {
         set.format = read_word(given, data::formats_with(data::kNoKeys));
       },
       [=](const EvaluationSet& set) { return text_or_nothing(set.format); }},
      {"group", joined(set_groups()),
       [](const Given& given, EvaluationSet& set) { set.group = read_word(given, set_groups()); },
       [=](const EvaluationSet& set) { return text_or_nothing(set.group); }},
      {"resize", "true or false",
       [](const Given& given, EvaluationSet& set) { set.resize = read_boolean(given); },
       [](const EvaluationSet& set) { return std::string(set.resize ? "true" : ""); }},
      {"scale", kSetScales.words(),
       [](const Given& given, EvaluationSet& set) { set.scale = read_number(given, kSetScales); },
       [](const EvaluationSet& set) { return set.scale ? yaml_of(*set.scale) : std::string(); }},
  };
  return fields;
}

std::vector<std::string> set_field_names() {
  std::vector<std::string> names;
  for (const SetField& field : set_fields()) names.push_back(field.name);
  names.emplace_back(kCorruptions);
  return names;
}

/// One item of the list.
class SetReader {
 public:
  SetReader(const Given& item, std::string place) : item_(item) {
    item_.place.key = std::move(place);
  }

  void read_into(Evaluation& evaluation) const {
    if (item_.node.form != Node::Form::mapping) refuse(item_, shown(item_.node));
    EvaluationSet set;
    std::vector<std::string> seen;
    for (std::size_t i = 0; i < item_.node.keys.size(); ++i) {
      const std::string& name = item_.node.keys[i].text;
      if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
        refuse(value_of(i, item_.allowed), "the key a second time");
      }
      seen.push_back(name);
      read_field(i, name, set, evaluation);
    }
    const bool has_corruptions = std::find(seen.begin(), seen.end(), kCorruptions) != seen.end();
    if (has_corruptions) {
      if (seen.size() > 1) refuse(item_, fmt::format("{} beside other keys", kCorruptions));
      return;
    }
    for (const char* needed : {"name", "path"}) {
      if (std::find(seen.begin(), seen.end(), needed) == seen.end()) {
        refuse(item_, fmt::format("no {}", needed));
      }
    }
    for (const EvaluationSet& other : evaluation.sets) {
      if (other.name == set.name) refuse(item_, fmt::format("the name {} twice", quoted(set.name)));
    }
    evaluation.sets.push_back(std::move(set));
  }

 private:
  Given value_of(std::size_t index, const std::string& allowed) const {
    ConfigError::Place place = item_.place;
    place.line = item_.node.keys[index].line;
    place.key += "." + item_.node.keys[index].text;
    return {item_.node.values[index], place, allowed};
  }

  void read_field(std::size_t index, const std::string& name, EvaluationSet& set,
                  Evaluation& evaluation) const {
    if (name == kCorruptions) {
      read_word(value_of(index, "all"), {"all"});
      if (evaluation.corruptions) refuse(item_, "corruptions a second time");
      evaluation.corruptions = true;
      return;
    }
    const auto field = std::find_if(set_fields().begin(), set_fields().end(),
                                    [&](const SetField& known) { return known.name == name; });
    if (field == set_fields().end()) {
      refuse(item_, fmt::format("the unknown key {}{}", quoted(name),
                                did_you_mean(name, set_field_names())));
    }
    field->read(value_of(index, field->allowed), set);
  }

  Given item_;
};

Evaluation read_evaluation(const Given& given) {
  if (given.node.form != Node::Form::list) refuse(given, shown(given.node));
  Evaluation evaluation;
  for (std::size_t i = 0; i < given.node.values.size(); ++i) {
    SetReader(item_of(given, i), fmt::format("{}[{}]", given.place.key, i)).read_into(evaluation);
  }
  return evaluation;
}

std::string set_as_yaml(const EvaluationSet& set) {
  std::string text;
  for (const SetField& field : set_fields()) {
    const std::string value = field.write(set);
    if (value.empty()) continue;
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", field.name, value);
  }
  return "{" + text + "}";
}

std::string sets_as_yaml(const Evaluation& evaluation) {
  std::string text;
  for (const EvaluationSet& set : evaluation.sets) {
    text += (text.empty() ? "" : ", ") + set_as_yaml(set);
  }
  if (evaluation.corruptions) {
    text += fmt::format("{}{{{}: all}}", text.empty() ? "" : ", ", kCorruptions);
  }
  return "[" + text + "]";
}

}  // namespace

std::string flaw_of_set_name(const std::string& name) {
  constexpr std::size_t kLongestName = 100;
  // What the folder of all sets holds beside theirs.
  constexpr std::array<const char*, 2> kTaken{"evaluate.", "figure3."};
  const bool has_name = !name.empty() && name.front() != '.' && name.front() != '(' &&
                        name.size() <= kLongestName &&
                        std::all_of(name.begin(), name.end(), [](unsigned char letter) {
                          return letter >= ' ' && letter != '/' && letter != '\\' && letter != 0x7F;
                        });
  if (!has_name) return "which can't be a folder's";
  for (const char* taken : kTaken) {
    if (name.rfind(taken, 0) == 0) return "which tables and figures have";
  }
  return "";
}

Key evaluation_key() {
  return {
      "evaluation",
      KeyClass::execution,
      "",
      {fmt::format("list of {{{}}}", joined(set_field_names())),
       fmt::format(
           "any number of sets, each with name and path, and where wanted format ({}), group "
           "({}), resize (true or false) and scale ({}); and {{corruptions: all}}",
           joined(data::formats_with(data::kNoKeys)), joined(set_groups()), kSetScales.words()),
       [](const Given& given, Config& config) { config.evaluation = read_evaluation(given); },
       [](const Config& config) { return sets_as_yaml(config.evaluation); }},
      "Sets from elsewhere that the trained run is held against as anomalies, at the end of clvae "
      "run and for each run of a sweep, as clvae evaluate does. path is a file or folder in any "
      "format that can be scored; the data tell the format unless it is given. group puts a set "
      "into the mean over near or over far ones. resize brings images of another size or with other "
      "channels to the run's, which are refused otherwise; scale stands in place of dataset.scale. "
      "corruptions are the run's own test inliers, made worse. Members stay what they are: the list "
      "may change between resumes, and sets that are done are not done again."};
}

}  // namespace clvae::config
