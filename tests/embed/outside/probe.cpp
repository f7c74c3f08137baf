// Loads a run and tells, as JSON, what the library says of it and of samples in a file; or which
// error it throws.
//
//   probe RUN SAMPLES bytes|floats|doubles [--members N] [--score S] [--merge M] [--rate A]
//   [--batch N]

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include <clvae/clvae.hpp>

namespace {

struct Arguments {
  std::string run;
  std::string samples;
  std::string type;
  clvae::LoadOptions options;
  double rate = 0.05;
  std::size_t batch = 0;  ///< samples a call; 0: all
};

Arguments parsed(int count, char** words) {
  Arguments arguments;
  arguments.run = words[1];
  arguments.samples = words[2];
  arguments.type = words[3];
  for (int i = 4; i + 1 < count; i += 2) {
    const std::string name = words[i];
    const char* value = words[i + 1];
    if (name == "--members") arguments.options.members = std::strtoul(value, nullptr, 10);
    if (name == "--score") arguments.options.score = value;
    if (name == "--merge") arguments.options.merge = value;
    if (name == "--device") arguments.options.device = value;
    if (name == "--threads") arguments.options.threads = std::atoi(value);
    if (name == "--rate") arguments.rate = std::atof(value);
    if (name == "--batch") arguments.batch = std::strtoul(value, nullptr, 10);
  }
  return arguments;
}

template <class Value>
void print(const char* name, const std::vector<Value>& values) {
  std::cout << ", \"" << name << "\": [";
  for (std::size_t i = 0; i < values.size(); ++i) std::cout << (i == 0 ? "" : ", ") << values[i];
  std::cout << ']';
}

template <class Value>
void append(std::vector<Value>& all, const std::vector<Value>& some) {
  all.insert(all.end(), some.begin(), some.end());
}

template <class Value>
clvae::Scores scored(const clvae::Detector& detector, const std::vector<Value>& values,
                     std::size_t batch) {
  if (batch == 0) return detector.score(values);
  const std::size_t size = detector.sample_shape().values();
  const std::size_t samples = values.size() / size;
  clvae::Scores all;
  for (std::size_t begin = 0; begin < samples; begin += batch) {
    const std::size_t count = begin + batch < samples ? batch : samples - begin;
    const clvae::Scores some = detector.score(values.data() + begin * size, count);
    append(all.anomaly, some.anomaly);
    append(all.nearest_class, some.nearest_class);
    append(all.confidence, some.confidence);
    append(all.disagreement, some.disagreement);
  }
  return all;
}

template <class Number>
std::vector<Number> numbers_in(const std::vector<std::uint8_t>& bytes) {
  std::vector<Number> numbers(bytes.size() / sizeof(Number));
  std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(Number));
  return numbers;
}

void tell(const Arguments& arguments) {
  // Moved, as an owner in a program would.
  clvae::Detector loaded(arguments.run, arguments.options);
  const clvae::Detector detector(std::move(loaded));
  std::ifstream file(arguments.samples, std::ios::binary);
  const std::vector<std::uint8_t> bytes(std::istreambuf_iterator<char>(file), {});
  clvae::Scores scores;
  if (arguments.type == "bytes") {
    scores = scored(detector, bytes, arguments.batch);
  } else if (arguments.type == "floats") {
    scores = scored(detector, numbers_in<float>(bytes), arguments.batch);
  } else {
    scores = scored(detector, numbers_in<double>(bytes), arguments.batch);
  }
  const clvae::SampleShape& shape = detector.sample_shape();
  std::cout.precision(17);
  std::cout << "{\"score\": \"" << detector.score_name() << "\", \"merge\": \""
            << detector.merge_name() << "\", \"requested\": " << detector.members_requested()
            << ", \"is_features\": " << (shape.is_features ? "true" : "false") << ", \"shape\": ["
            << shape.channels << ", " << shape.height << ", " << shape.width << ']';
  std::cout << ", \"class_names\": [";
  for (const std::string& name : detector.class_names()) {
    std::cout << (&name == &detector.class_names().front() ? "" : ", ") << '"' << name << '"';
  }
  std::cout << ']';
  print("members", detector.members());
  print("anomaly_score", scores.anomaly);
  print("nearest_class", scores.nearest_class);
  print("confidence", scores.confidence);
  print("disagreement", scores.disagreement);
  std::cout << ", \"threshold\": " << detector.threshold(arguments.rate) << "}\n";
}

}  // namespace

int main(int count, char** words) {
  try {
    tell(parsed(count, words));
    return 0;
  } catch (const clvae::RunFileError& error) {
    std::cerr << "RunFileError " << error.file() << ": " << error.what() << '\n';
    return static_cast<int>(error.exit_status());
  } catch (const clvae::UsageError& error) {
    std::cerr << "UsageError: " << error.what() << '\n';
    return static_cast<int>(error.exit_status());
  } catch (const clvae::Error& error) {
    std::cerr << "Error: " << error.what() << '\n';
    return static_cast<int>(error.exit_status());
  }
}
