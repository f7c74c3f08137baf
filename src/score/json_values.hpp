#pragma once
/// \file
/// The values of one sample in a value of JSON.

#include <exception>
#include <string>

#include <nlohmann/json.hpp>

#include "data/unlabelled.hpp"

namespace clvae::score {

/// Why a line is no sample. Does not leave the reading of a line.
class NoSample : public std::exception {
 public:
  explicit NoSample(std::string reason) : reason_(std::move(reason)) {}
  const char* what() const noexcept override { return reason_.c_str(); }

 private:
  std::string reason_;
};

/// The value in few characters.
std::string shown(const nlohmann::json& value);

/// What an array of such samples is to hold: "784 pixels, flat or 28 rows of 28".
std::string in_words(const data::ImageShape& shape);

/// All throw NoSample.
/// \param array flat or nested
data::SampleBlock pixels_of(const nlohmann::json& array, const data::SampleForm& form);
/// \param array in the order of the features
data::SampleBlock features_of(const nlohmann::json& array, const data::SampleForm& form);
/// \param object values by names of columns
data::SampleBlock columns_of(const nlohmann::json& object, const data::SampleForm& form);

}  // namespace clvae::score
