#pragma once
/// \file
/// What formats are recognised by.

#include <initializer_list>
#include <string>
#include <string_view>

namespace clvae::data {

/// Whether bytes begin with those of `magic`.
bool begins_with(std::string_view bytes, std::string_view magic);

/// Whether a name ends in one of the endings.
bool has_ending(std::string_view name, std::initializer_list<std::string_view> endings);

/// The path of the file of that name in a folder, plain or with .gz; "" where there is none.
std::string file_in(const std::string& folder, const std::string& name);

}  // namespace clvae::data
