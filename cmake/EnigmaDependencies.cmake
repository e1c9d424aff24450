# SPDX-License-Identifier: MIT
# Finds what every user of Enigma needs, and says in one sentence what is missing.

find_package(Boost 1.74 QUIET)
if(NOT Boost_FOUND)
  message(
    FATAL_ERROR
      "Enigma needs the headers of Boost 1.74 or newer (for Boost.Hana): install libboost-dev (Debian, Ubuntu) or boost (Homebrew), or set Boost_ROOT.")
endif()
set(ENIGMA_HANA_HEADER "${Boost_INCLUDE_DIRS}/boost/hana.hpp")
if(NOT EXISTS "${ENIGMA_HANA_HEADER}")
  message(FATAL_ERROR "Enigma needs Boost.Hana: Boost ${Boost_VERSION} was found in ${Boost_INCLUDE_DIRS}, but boost/hana.hpp is not there.")
endif()
unset(ENIGMA_HANA_HEADER)

find_package(fmt 9 QUIET)
if(NOT fmt_FOUND)
  message(FATAL_ERROR "Enigma needs fmt 9 or newer: install libfmt-dev (Debian, Ubuntu) or fmt (Homebrew), or set fmt_ROOT.")
endif()

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads QUIET)
if(NOT Threads_FOUND)
  message(FATAL_ERROR "Enigma needs a thread library that CMake's FindThreads knows: install the C++ compiler's development package.")
endif()
