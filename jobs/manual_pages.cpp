#include "manual_pages.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace clvae::jobs {

namespace {

/// A text as groff prints it, letter by letter, whatever it holds.
std::string for_groff(std::string_view text) {
  std::string safe;
  for (const char letter : text) {
    switch (letter) {
      case '\\':
        safe += "\\e";
        break;
      case '-':
        safe += "\\-";
        break;
      case '\'':
        safe += "\\(aq";
        break;
      case '`':
        safe += "\\(ga";
        break;
      case '^':
        safe += "\\(ha";
        break;
      case '~':
        safe += "\\(ti";
        break;
      default:
        safe += letter;
    }
  }
  // At the start of a line a dot would begin a request.
  return safe.rfind('.', 0) == 0 ? "\\&" + safe : safe;
}

bool is_indented(const std::string& line) { return line.rfind("  ", 0) == 0; }

/// Lines that belong together; an empty line ends them.
using Paragraph = std::vector<std::string>;

std::vector<Paragraph> paragraphs_in(const std::string& text) {
  std::vector<Paragraph> paragraphs(1);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) {
      if (!paragraphs.back().empty()) paragraphs.emplace_back();
    } else {
      paragraphs.back().push_back(line);
    }
  }
  if (paragraphs.back().empty()) paragraphs.pop_back();
  return paragraphs;
}

/// Prose is filled; what is indented stays as it stands.
std::string words_of(const Paragraph& paragraph) {
  std::string text;
  bool is_verbatim = false;
  for (const std::string& line : paragraph) {
    if (is_indented(line) != is_verbatim) {
      is_verbatim = !is_verbatim;
      text += is_verbatim ? ".PP\n.EX\n" : ".EE\n.PP\n";
    }
    text += for_groff(line) + "\n";
  }
  return text + (is_verbatim ? ".EE\n" : "");
}

/// The end of a help, sorted by what it tells.
struct Notes {
  std::string prose;
  std::string examples;
  std::string exit_status;
};

Notes sorted(const std::string& notes) {
  constexpr std::string_view kStatus = "Exit status: ";
  Notes parts;
  for (Paragraph paragraph : paragraphs_in(notes)) {
    if (paragraph.front() == "Examples:") {
      paragraph.erase(paragraph.begin());
      parts.examples += words_of(paragraph);
    } else if (paragraph.front().rfind(kStatus, 0) == 0) {
      paragraph.front().erase(0, kStatus.size());
      paragraph.front()[0] = static_cast<char>(std::toupper(paragraph.front()[0]));
      parts.exit_status += words_of(paragraph);
    } else {
      parts.prose += ".PP\n" + words_of(paragraph);
    }
  }
  return parts;
}

std::string section(const std::string& head, const std::string& body) {
  return body.empty() ? "" : ".SH " + head + "\n" + body;
}

/// "\fB\-\-set\fR \fIKEY=VALUE\fR"
std::string head_of(const Argument& argument) {
  std::string head;
  for (const std::string& name : argument.names) {
    head += fmt::format("{}\\fB{}\\fR", head.empty() ? "" : ", ", for_groff(name));
  }
  if (argument.value.empty()) return head;
  return head + fmt::format("{}\\fI{}\\fR", head.empty() ? "" : " ", for_groff(argument.value));
}

std::string list_of(const std::vector<Argument>& arguments) {
  std::string list;
  for (const Argument& argument : arguments) {
    list += fmt::format(".TP\n{}\n{}\n", head_of(argument), for_groff(argument.help));
  }
  return list;
}

/// What is given after the command: what must be given, and where.
std::string synopsis(const std::string& name, const Command& command) {
  std::string line = fmt::format("\\fB{}\\fR", for_groff(name));
  for (const Argument& place : command.places) {
    line +=
        fmt::format(place.is_required ? " \\fI{}\\fR" : " [\\fI{}\\fR]", for_groff(place.value));
  }
  for (const Argument& option : command.options) {
    if (option.is_required) line += " " + head_of(option);
  }
  return line + " [\\fIOPTIONS\\fR]\n";
}

/// "Trains ensembles ... and tells": one line, without its end.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  if (!text.empty() && text.back() == '.') text.pop_back();
  return text;
}

std::string title(const std::string& name, const std::string& version) {
  std::string upper = name;
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
  return fmt::format(
      ".\\\" Made by `clvae manual` from what --help says.\n"
      ".TH \"{}\" 1 \"\" \"clvae {}\" \"User Commands\"\n",
      for_groff(upper), version);
}

}  // namespace

std::string manual_page(const Command& program, const std::string& version) {
  const Notes notes = sorted(program.notes);
  std::string commands;
  std::string others;
  for (const Command& command : program.commands) {
    commands += fmt::format(".TP\n\\fB{}\\fR(1)\n{}\n", for_groff("clvae-" + command.name),
                            for_groff(command.help));
    others += fmt::format("{}\\fB{}\\fR(1)", others.empty() ? "" : ",\n",
                          for_groff("clvae-" + command.name));
  }
  return title(program.name, version) +
         section("NAME", for_groff(program.name) +
                             " \\- ensembles of Conditional Latent\\-space VAEs that recognise "
                             "anomalies\n") +
         section("SYNOPSIS", "\\fBclvae\\fR \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]\n") +
         section("DESCRIPTION", for_groff(one_line(program.help)) + ".\n" + notes.prose) +
         section("COMMANDS", commands) + section("OPTIONS", list_of(program.options)) +
         section("EXAMPLES", notes.examples) + section("EXIT STATUS", notes.exit_status) +
         section("SEE ALSO", others + "\n");
}

std::string manual_page(const Command& program, const Command& command,
                        const std::string& version) {
  const Notes notes = sorted(command.notes);
  const std::string name = program.name + "-" + command.name;
  const std::string statuses = notes.exit_status.empty()
                                   ? "As \\fBclvae\\fR(1) tells for all commands.\n"
                                   : notes.exit_status;
  return title(name, version) +
         section("NAME",
                 fmt::format("{} \\- {}\n", for_groff(name), for_groff(one_line(command.help)))) +
         section("SYNOPSIS", synopsis(program.name + " " + command.name, command)) +
         section("DESCRIPTION", for_groff(one_line(command.help)) + ".\n" + notes.prose) +
         section("ARGUMENTS", list_of(command.places)) +
         section("OPTIONS", list_of(command.options)) + section("EXAMPLES", notes.examples) +
         section("EXIT STATUS", statuses) + section("SEE ALSO", "\\fBclvae\\fR(1)\n");
}

}  // namespace clvae::jobs
