# SPDX-License-Identifier: MIT
# cmake -P ObjectsExist.cmake <object>...: fails and names the object files that the compiler did not make.
set(missing)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE 3 ${last})
  if(NOT EXISTS "${CMAKE_ARGV${i}}")
    string(APPEND missing "\n  ${CMAKE_ARGV${i}}")
  endif()
endforeach()
if(CMAKE_ARGC LESS 4 OR missing)
  message(FATAL_ERROR "These did not compile; the build's output tells why:${missing}")
endif()
