# Writes FILE, a source that tells the commit of the repository in SOURCE; in each build, and only where
# it has changed.
execute_process(
  COMMAND ${CMAKE_COMMAND} -E env GIT_OPTIONAL_LOCKS=0
          git -C ${SOURCE} describe --always --abbrev=12 --exclude=* --dirty=-changed
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE status)
# A folder within another repository is not that one's.
execute_process(
  COMMAND git -C ${SOURCE} rev-parse --show-cdup
  OUTPUT_VARIABLE above OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT status EQUAL 0 OR above)
  set(commit "")
endif()
file(CONFIGURE OUTPUT ${FILE} CONTENT "#include \"commit.hpp\"

namespace clvae::jobs {

const char* commit() { return \"${commit}\"; }

}  // namespace clvae::jobs
" @ONLY)
