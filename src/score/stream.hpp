#pragma once
/// \file
/// Samples that come one after the other on a stream of bytes, and the answers to them.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gsl/span>

#include "data/unlabelled.hpp"

namespace clvae::score {

/// One sample of a stream, or why it is none.
struct StreamItem {
  std::size_t number = 0;    ///< its line, from 1; in raw IDX its index, from 0
  bool is_line = true;       ///< JSON, not raw IDX
  std::string id;            ///< what came as its "id", as JSON; empty where nothing did
  data::SampleBlock sample;  ///< one; empty where there is an error
  std::string error;         ///< what was found and expected; empty where there is none
};

/// Cuts a stream into samples. It is one of two:
///
/// - Newline-delimited JSON: on each line a sample. An image is {"id": ..., "pixels": [...]} or the
///   pixels alone: whole numbers 0..255, or numbers in 0..1 where the form says so, all in one
///   array, channel by channel, row by row, or nested [height][width] (one channel) or
///   [channels][height][width]. A vector is {"id": ..., "features": [...]} or the features alone,
///   in their order; of a table also {"id": ..., "columns": {"age": 3, "kind": "a"}} with all
///   columns, in any order. "id" may be a text or a number and is optional; other keys are ignored,
///   and so are empty lines. A line that holds no such sample is an item with an error, and the
///   next line is the next item.
/// - Raw IDX, known by its first bytes 00 00 08 03 ([n, height, width], one channel) or 00 00 08 04
///   ([n, channels, height, width]). Further IDX files may follow the first.
///
/// Holds what was fed and not yet taken, and of a line at most what a sample can take.
class StreamReader {
 public:
  explicit StreamReader(const data::SampleForm& form);
  ~StreamReader();
  StreamReader(const StreamReader&) = delete;
  StreamReader& operator=(const StreamReader&) = delete;

  void feed(gsl::span<const char> bytes);
  /// Nothing follows any more: what is left without its newline is the last line.
  void end();
  /// The next item that has come whole; nothing where more bytes are needed, or at the end.
  /// \throws DataError where the stream can't be gone on with: IDX of other images or with an end
  ///   inside a header, or bytes behind an IDX file that are no other
  std::optional<StreamItem> next();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// What the ensemble says of one sample.
struct Answer {
  float anomaly = 0;
  std::optional<bool> is_anomaly;  ///< nothing where there is no threshold
  std::string nearest_class;
  float confidence = 0;
  float disagreement = 0;
};

/// One line of JSON with its newline: {"line": 3, "id": "a", "anomaly_score": -0.5, "is_anomaly":
/// false, "nearest_class": "7", "confidence": 0.98, "disagreement": 0}; "index" in place of "line"
/// for raw IDX; no "is_anomaly" where there is no threshold. Numbers read back as the same
/// single-precision numbers, the score as the same double as well that other tables have it as.
std::string answer_line(const StreamItem& item, const Answer& answer);
/// {"line": 3, "error": "..."}, with the id where it was read. \pre the item has an error
std::string error_line(const StreamItem& item);

}  // namespace clvae::score
