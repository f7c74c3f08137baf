#pragma once
/// \file
/// Attributes: small texts and numbers beside a group or dataset.

#include <cstdint>
#include <string>
#include <vector>

#include "hdf5/handles.hpp"

namespace clvae::hdf5 {

/// The group or dataset that attributes belong to, and how errors name it.
struct AttributeOwner {
  Id id = kNoId;
  std::string file;
  std::string object;  ///< path within the file, "/" for the root
};

/// Each writes one new attribute. \throws IoError; RunFileError where it exceeds the 64,000 bytes
/// that an attribute can hold
void write_attribute(const AttributeOwner& owner, const std::string& name,
                     const std::string& value);
void write_attribute(const AttributeOwner& owner, const std::string& name, std::int32_t value);
void write_attribute(const AttributeOwner& owner, const std::string& name, double value);
void write_attribute(const AttributeOwner& owner, const std::string& name,
                     const std::vector<std::int32_t>& values);
void write_attribute(const AttributeOwner& owner, const std::string& name,
                     const std::vector<std::string>& values);

/// Each reads one attribute. \throws RunFileError where it is missing or of another type or rank
std::string read_text(const AttributeOwner& owner, const std::string& name);
std::int32_t read_int(const AttributeOwner& owner, const std::string& name);
std::vector<std::int32_t> read_ints(const AttributeOwner& owner, const std::string& name);
std::vector<std::string> read_texts(const AttributeOwner& owner, const std::string& name);

}  // namespace clvae::hdf5
