# SPDX-License-Identifier: MIT
# What the folders below tests/ use to declare tests.
#
# ENIGMA_TEST_SCOPE picks the kind of test that a build directory holds, so that each toolchain does the part
# that it is there for:
#   all      everything
#   compile  what the compiler decides: compile tests, headers alone, compile-fail tests, linking
#   run      what only a running program shows: the GoogleTest programs

set(ENIGMA_TEST_SCOPE "all" CACHE STRING "Which tests to build: all, compile or run")
set_property(CACHE ENIGMA_TEST_SCOPE PROPERTY STRINGS all compile run)
if(NOT ENIGMA_TEST_SCOPE MATCHES "^(all|compile|run)$")
  message(FATAL_ERROR "ENIGMA_TEST_SCOPE is '${ENIGMA_TEST_SCOPE}': it has to be all, compile or run.")
endif()

if(NOT ENIGMA_TEST_SCOPE STREQUAL "compile")
  # A prebuilt GoogleTest serves only the standard library that it was built with, so for libc++ beside
  # libstdc++ it is built here from the sources that Debian and Ubuntu install next to it.
  option(ENIGMA_GTEST_FROM_SOURCE "Build GoogleTest from /usr/src/googletest" OFF)
  if(ENIGMA_GTEST_FROM_SOURCE)
    set(INSTALL_GTEST OFF)
    add_subdirectory(/usr/src/googletest "${PROJECT_BINARY_DIR}/googletest" EXCLUDE_FROM_ALL SYSTEM)
    set(ENIGMA_HAS_RAPIDCHECK OFF)
  else()
    find_package(GTest QUIET)
    if(NOT GTest_FOUND)
      message(FATAL_ERROR "Enigma's tests need GoogleTest: install libgtest-dev (Debian, Ubuntu) or googletest (Homebrew), or set ENIGMA_BUILD_TESTS=OFF.")
    endif()
    find_package(rapidcheck QUIET)
    if(NOT TARGET rapidcheck)
      message(FATAL_ERROR "Enigma's tests need RapidCheck: install librapidcheck-dev (Debian, Ubuntu) or rapidcheck (Homebrew), or set ENIGMA_BUILD_TESTS=OFF.")
    endif()
    set(ENIGMA_HAS_RAPIDCHECK ON)
  endif()
endif()

# enigma_test(<name> <source>... [RAPIDCHECK] [LONG] [DEFAULT_LIMITS] [LIBRARIES <target>...]
#             [DEFINITIONS <macro>...])
#
# A GoogleTest program and a ctest test of the same name.
#   RAPIDCHECK      links RapidCheck; left out where only another standard library's build of it exists
#   LONG            runs under `./dev test --long` only
#   DEFAULT_LIMITS  compiles with the compiler's own constexpr limits
#   LIBRARIES       further targets to link
#   DEFINITIONS     macros, given here because not every toolchain has the target
function(enigma_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "RAPIDCHECK;LONG;DEFAULT_LIMITS" "" "LIBRARIES;DEFINITIONS")
  if(ENIGMA_TEST_SCOPE STREQUAL "compile")
    return()
  endif()
  if(arg_RAPIDCHECK AND NOT ENIGMA_HAS_RAPIDCHECK)
    message(STATUS "Test ${name} is left out: no RapidCheck for this standard library")
    return()
  endif()
  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE enigma::enigma GTest::gtest_main ${arg_LIBRARIES})
  target_compile_definitions(${name} PRIVATE ${arg_DEFINITIONS})
  if(arg_RAPIDCHECK)
    target_link_libraries(${name} PRIVATE rapidcheck)
  endif()
  _enigma_common_test_settings(${name} "${arg_DEFAULT_LIMITS}")
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
  set_tests_properties(${name} PROPERTIES TIMEOUT 600 LABELS "run")
  if(arg_RAPIDCHECK) # a million cases a law in long runs
    set_tests_properties(${name} PROPERTIES TIMEOUT 7200)
  endif()
  if(arg_LONG)
    set_tests_properties(${name} PROPERTIES TIMEOUT 7200 LABELS "run;long")
  endif()
endfunction()

set(_enigma_objects_exist "${CMAKE_CURRENT_LIST_DIR}/ObjectsExist.cmake")

# enigma_compile_test(<name> <source>... [DEFAULT_LIMITS] [LIBRARIES <target>...])
#
# Passes if it compiles: an object library that every toolchain builds, so no GoogleTest in it. Its ctest test
# asks that each object file exists, since compilers leave none behind when they refuse the source.
function(enigma_compile_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "DEFAULT_LIMITS" "" "LIBRARIES")
  if(ENIGMA_TEST_SCOPE STREQUAL "run")
    return()
  endif()
  add_library(${name} OBJECT ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE enigma::enigma ${arg_LIBRARIES})
  _enigma_common_test_settings(${name} "${arg_DEFAULT_LIMITS}")
  # The answer is wanted, not the machine code.
  target_compile_options(${name} PRIVATE -O0)
  add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} -P "${_enigma_objects_exist}" $<TARGET_OBJECTS:${name}>
           COMMAND_EXPAND_LISTS)
  set_tests_properties(${name} PROPERTIES LABELS "compile")
endfunction()

function(_enigma_common_test_settings name default_limits)
  enigma_warnings(${name})
  set_target_properties(${name} PROPERTIES ENIGMA_DEFAULT_CONSTEXPR_LIMITS ${default_limits})
endfunction()
