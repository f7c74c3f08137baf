#include "report/misclassified_csv.hpp"

#include <fmt/format.h>

#include "report/csv_field.hpp"
#include "report/files.hpp"

namespace clvae::report {

void write_misclassified_csv(const std::vector<MisclassifiedSample>& samples,
                             const std::string& path) {
  std::string content =
      "method,score,merge,is_outlier,place,original_split,original_index,label,anomaly,file\n";
  for (const MisclassifiedSample& sample : samples) {
    content += fmt::format(
        "{},{},{},{},{},{},{},{},{},{}\n", csv_field(sample.method), csv_field(sample.score),
        csv_field(sample.merge), sample.is_outlier ? 1 : 0, sample.place, sample.original_split,
        sample.original_index, sample.label, csv_field(sample.anomaly), csv_field(sample.file));
  }
  write_file(path, content);
}

}  // namespace clvae::report
