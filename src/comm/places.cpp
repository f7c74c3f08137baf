#include "comm/places.hpp"

#include <array>

#include <nlohmann/json.hpp>

#include "comm/mpi_check.hpp"

namespace clvae::comm {

std::vector<RankPlace> gather_places(const Communicator& communicator, int visible_cuda_devices) {
  std::array<char, MPI_MAX_PROCESSOR_NAME> name{};
  int length = 0;
  check_mpi(MPI_Get_processor_name(name.data(), &length));
  const Communicator local = communicator.on_this_host();
  const nlohmann::json own = {std::string(name.data(), static_cast<std::size_t>(length)),
                              local.rank().value(), visible_cuda_devices};
  std::vector<RankPlace> places;
  for (const std::string& text : communicator.all_gather(own.dump())) {
    const auto place = nlohmann::json::parse(text);
    places.push_back({place.at(0), place.at(1), place.at(2)});
  }
  return places;
}

}  // namespace clvae::comm
