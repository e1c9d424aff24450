# SPDX-License-Identifier: MIT

# enigma_warnings(<target>): the warnings that Enigma's own code is free of. Users of enigma::enigma never
# inherit them.
function(enigma_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
  if(ENIGMA_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()
