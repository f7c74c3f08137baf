# What follows from the LibTorch that was found: the standard of C++, whether there is CUDA, and which
# fmt is included.

# LibTorch's headers need C++20 from 2.14 on.
if(NOT CMAKE_CXX_STANDARD)
  set(CMAKE_CXX_STANDARD 17)
  if(Torch_VERSION VERSION_GREATER_EQUAL 2.14)
    set(CMAKE_CXX_STANDARD 20)
  endif()
endif()

# Its wheels and archives of before 2.7 come in two builds, of which one has the strings of GCC 4.
if("${TORCH_CXX_FLAGS}" MATCHES "_GLIBCXX_USE_CXX11_ABI=0")
  message(FATAL_ERROR "The LibTorch in ${TORCH_INSTALL_PREFIX} was built with the C++ ABI of before "
    "GCC 5 (_GLIBCXX_USE_CXX11_ABI=0), which the other libraries do not have: take the archive whose "
    "name says cxx11-abi, or LibTorch 2.7 or later")
endif()

# It looks for its own libraries in the system's folders first, and finds those of another LibTorch
# that is installed there. Its targets know better where they are.
list(FILTER TORCH_LIBRARIES EXCLUDE REGEX "/lib(c10|c10_cuda|torch|torch_cpu|torch_cuda)\\.so")
foreach(library c10 c10_cuda)
  if(TARGET ${library})
    list(APPEND TORCH_LIBRARIES ${library})
  endif()
endforeach()

set(CLVAE_CUDA OFF)
if(TARGET torch_cuda)
  set(CLVAE_CUDA ON)
endif()

# LibTorch 2.11 brings headers of an fmt whose library it does not bring, in the folder of its own
# headers; they would be found before those of the fmt that is linked, as compilers look into their
# standard folders last. A folder that holds nothing but that fmt's headers comes before them all.
find_path(torch_fmt fmt/format.h PATHS ${TORCH_INCLUDE_DIRS} NO_DEFAULT_PATH NO_CACHE)
if(torch_fmt)
  get_target_property(fmt_folders fmt::fmt INTERFACE_INCLUDE_DIRECTORIES)
  find_path(linked_fmt fmt/format.h HINTS ${fmt_folders} NO_CACHE REQUIRED)
  get_filename_component(linked_fmt ${linked_fmt} REALPATH)
  set(CLVAE_FMT_FIRST ${PROJECT_BINARY_DIR}/fmt_first)
  file(MAKE_DIRECTORY ${CLVAE_FMT_FIRST})
  file(CREATE_LINK ${linked_fmt}/fmt ${CLVAE_FMT_FIRST}/fmt SYMBOLIC)
  message(STATUS "fmt: ${linked_fmt}/fmt, before that of LibTorch")
endif()

message(STATUS "LibTorch ${Torch_VERSION}, CUDA ${CLVAE_CUDA}, C++${CMAKE_CXX_STANDARD}")
