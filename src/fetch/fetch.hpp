#pragma once
/// \file
/// Public datasets from the network. The only room that uses it.

#include <functional>
#include <string>
#include <vector>

namespace clvae::fetch {

/// One file of a public dataset.
struct PublicFile {
  std::string name;
  bool is_archive = false;  ///< tar.gz, of which `members` are wanted; else gzip
  std::string checksum;     ///< hexadecimal: SHA-256 of what a gzip file unpacks to, MD5 of
                            ///< an archive, as its publisher states it
  std::vector<std::string> members;  ///< last components of the names of the wanted files
};

/// A public dataset.
struct Collection {
  std::string name;
  std::vector<std::string> mirrors;  ///< URLs of the folders of its files, tried in order
  std::vector<PublicFile> files;
};

/// mnist, fashion_mnist or cifar10. \throws UsageError that names them for any other
Collection collection_named(const std::string& name);

/// Tells what happens, a line at a time.
using Tell = std::function<void(const std::string&)>;
/// Tells how far a download has come. \param total 0 where it is not known
using Progress = std::function<void(const std::string& file, double bytes, double total)>;

/// Brings all files of a collection into a folder, which is made. Files that are there with the
/// right content are left alone. A download goes to NAME.part first, is gone on with where an
/// earlier one has ended, and gets its name when its checksum is right. Proxies are taken from the
/// environment (https_proxy, http_proxy, no_proxy). One process.
/// \param mirrors in place of the collection's own, unless empty
/// \throws RunError where no mirror gives a file; says where to put it by hand. IoError
void fetch(const Collection& collection, const std::vector<std::string>& mirrors,
           const std::string& folder, const Tell& tell, const Progress& progress);

}  // namespace clvae::fetch
