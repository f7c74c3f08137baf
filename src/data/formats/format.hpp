#pragma once
/// \file
/// A format of data files: what it is called, how it is recognised, and its two readers.

#include <memory>
#include <string>
#include <string_view>

namespace clvae::data {

struct Dataset;
struct Source;
struct SampleForm;
class UnlabelledSamples;

/// Keys of the config that mean something for some formats only.
enum FormatKeys : unsigned {
  kNoKeys = 0,
  kTestFraction = 1U,  ///< dataset.test_fraction: there may be no test split
  kAxes = 2U,          ///< dataset.axes: holds arrays
  kBlocks = 4U,        ///< dataset.memory blocks: the samples' values stay in the file
};

/// What is told of a format.
struct FormatFacts {
  std::string_view word;      ///< that a config names it by
  std::string_view layout;    ///< what a dataset of it consists of
  std::string_view to_score;  ///< what of it is taken for samples to be scored; in lines
  unsigned keys = kNoKeys;
};

/// Data to be scored, before they are opened.
struct Candidate {
  std::string path;  ///< of a regular file or a folder
  bool is_folder = false;
  std::string start;          ///< of a file, its first 8 bytes, or all of a shorter one
  bool is_for_table = false;  ///< the run was trained on a table
};

/// What says that data are of a format, from the weakest sign to the strongest.
enum class Sign { none, nothing_else_fits, guess, name, content };

/// Looks for signs of the format.
using FindSign = Sign(const Candidate& data);

/// Reads a labelled dataset. Any rank.
/// \throws DataError for files that are missing, cut off, damaged, or don't fit together; more of
///   it is said where the format's function is defined
using LoadDataset = Dataset(const Source& source);

/// Opens samples to be scored; labels are not looked at. Any rank; each opens its own.
/// \param path of data that have a sign of the format
/// \throws DataError where the data are not of the format, are empty, or can't become samples at
///   all; whether they have the form's shape is for the caller to see
using OpenUnlabelled = std::unique_ptr<UnlabelledSamples>(const std::string& path,
                                                          const SampleForm& form);

/// A row of the table of formats.
struct Format {
  FormatFacts facts;
  FindSign* sign;
  LoadDataset* load;
  OpenUnlabelled* open;
};

}  // namespace clvae::data
