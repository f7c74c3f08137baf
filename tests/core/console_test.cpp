#include "core/console.hpp"

#include <cstdio>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace clvae {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

std::string contents(std::FILE* file) {
  std::rewind(file);
  std::string text;
  for (int letter = std::fgetc(file); letter != EOF; letter = std::fgetc(file)) {
    text += static_cast<char>(letter);
  }
  return text;
}

TEST(Console, writes_lines_without_control_characters_when_the_stream_is_no_terminal) {
  const File file(std::tmpfile());
  {
    Console console(file.get());
    console.live("3 of 8 members");
    console.event("member 3 done");
    console.warning("disk is slow");
  }
  EXPECT_EQ(contents(file.get()), "member 3 done\nwarning: disk is slow\n");
}

TEST(Console, redraws_the_live_line_below_when_an_event_comes) {
  const File file(std::tmpfile());
  {
    Console console(file.get(), Console::Mode::live);
    console.live("3 of 8 members");
    console.event("member 3 done");
  }
  EXPECT_EQ(contents(file.get()),
            "\x1b[?7l3 of 8 members\x1b[?7h\r\x1b[Kmember 3 done\n"
            "\x1b[?7l3 of 8 members\x1b[?7h\r\x1b[K");
}

TEST(Console, says_nothing_when_silent) {
  const File file(std::tmpfile());
  Console console(file.get(), Console::Mode::silent);
  console.event("member 3 done");
  EXPECT_EQ(contents(file.get()), "");
}

TEST(FormatDuration, chooses_the_unit_when_durations_grow) {
  EXPECT_EQ(format_duration(0.42), "0.4 s");
  EXPECT_EQ(format_duration(12.3), "12 s");
  EXPECT_EQ(format_duration(200), "3 min 20 s");
  EXPECT_EQ(format_duration(3720), "1 h 02 min");
}

TEST(FormatBytes, chooses_the_unit_when_sizes_grow) {
  EXPECT_EQ(format_bytes(12), "12 B");
  EXPECT_EQ(format_bytes(1536), "1.5 kiB");
  EXPECT_EQ(format_bytes(340.0 * 1024 * 1024), "340 MiB");
}

TEST(FormatShare, keeps_two_digits_when_it_is_below_one_percent) {
  EXPECT_EQ(format_share(0.434), "43 %");
  EXPECT_EQ(format_share(1), "100 %");
  EXPECT_EQ(format_share(0.0104), "1 %");
  EXPECT_EQ(format_share(0.00434), "0.43 %");
  EXPECT_EQ(format_share(0.0000212), "0.0021 %");
}

}  // namespace
}  // namespace clvae
