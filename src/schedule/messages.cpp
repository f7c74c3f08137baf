#include "schedule/messages.hpp"

#include <cmath>
#include <cstdint>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "clvae/core/errors.hpp"

namespace clvae::schedule {

namespace {

using nlohmann::json;

json to_json(const Task& task) {
  return {static_cast<int>(task.kind), task.member.value(), task.attempt.value()};
}

Task task_from(const json& value) {
  return {static_cast<Kind>(value.at(0).get<int>()), MemberIndex{value.at(1).get<std::uint32_t>()},
          Attempt{value.at(2).get<std::uint32_t>()}};
}

/// JSON has no number for what is not finite.
json to_json(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }

double number_from(const json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

struct Encoder {
  json operator()(const Lanes& message) const { return {"lanes", message.count}; }
  json operator()(const Request& /*message*/) const { return {"request"}; }
  json operator()(const Progress& message) const {
    const EpochReport& progress = message.progress;
    return {"progress",
            to_json(message.task),
            progress.epoch,
            progress.epochs,
            to_json(progress.train_loss),
            to_json(progress.validation_loss),
            to_json(progress.seconds)};
  }
  json operator()(const Done& message) const { return {"done", to_json(message.task)}; }
  json operator()(const Failed& message) const {
    return {"failed", to_json(message.task), message.reason};
  }
  json operator()(const Interrupted& message) const {
    return {"interrupted", to_json(message.task)};
  }
  json operator()(const LackedMemory& message) const {
    return {"lacked_memory", to_json(message.task), message.reason};
  }
  json operator()(const StopWanted& message) const { return {"stop_wanted", message.reason}; }
  json operator()(const Stop& /*message*/) const { return {"stop"}; }
  json operator()(const Assign& message) const { return {"assign", to_json(message.task)}; }
  json operator()(const NoMore& /*message*/) const { return {"no_more"}; }
};

}  // namespace

std::string encode(const AnyMessage& message) {
  // A reason may quote bytes that are no UTF-8.
  return std::visit(Encoder{}, message).dump(-1, ' ', false, json::error_handler_t::replace);
}

AnyMessage decode(const std::string& bytes) {
  try {
    const json message = json::parse(bytes);
    const auto type = message.at(0).get<std::string>();
    if (type == "request") return Request{};
    if (type == "no_more") return NoMore{};
    if (type == "stop") return Stop{};
    if (type == "lanes") return Lanes{message.at(1).get<int>()};
    if (type == "stop_wanted") return StopWanted{message.at(1).get<std::string>()};
    const Task task = task_from(message.at(1));
    if (type == "done") return Done{task};
    if (type == "interrupted") return Interrupted{task};
    if (type == "assign") return Assign{task};
    if (type == "failed") return Failed{task, message.at(2).get<std::string>()};
    if (type == "lacked_memory") return LackedMemory{task, message.at(2).get<std::string>()};
    if (type == "progress") {
      return Progress{
          task,
          {message.at(2).get<int>(), message.at(3).get<int>(), number_from(message.at(4)),
           number_from(message.at(5)), number_from(message.at(6))}};
    }
    throw RunError(fmt::format("a rank sent a message of unknown type \"{}\"", type));
  } catch (const json::exception& error) {
    throw RunError(fmt::format("a rank sent a message that can't be read: {}", error.what()));
  }
}

}  // namespace clvae::schedule
