#include <iostream>
#include <iterator>

#include <clvae/clvae.hpp>

int main(int, char** arguments) try {
  const clvae::Detector detector(arguments[1]);      // the folder of a run
  const float threshold = detector.threshold(0.05);  // for 5 % false alarms
  const std::vector<std::uint8_t> pixels(std::istreambuf_iterator<char>(std::cin), {});
  const clvae::Scores scores = detector.score(pixels);  // any number of images, one after the other
  for (std::size_t i = 0; i < scores.size(); ++i) {
    std::cout << scores.anomaly[i] << (scores.anomaly[i] > threshold ? " anomaly, " : " ")
              << detector.class_names().at(scores.nearest_class[i]) << '\n';
  }
} catch (const clvae::Error& error) {
  std::cerr << error.what() << '\n';  // one line: which file, what was found, what was expected
  return 1;
}
