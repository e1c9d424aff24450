# SPDX-License-Identifier: MIT
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(ENIGMA_PACKAGE_DIR "${CMAKE_INSTALL_DATADIR}/cmake/enigma")

install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
        FILES_MATCHING REGEX "\\.(hpp|h)$|/metal_host/metal_[a-z_]+$")
install(TARGETS enigma EXPORT enigma_targets)
install(EXPORT enigma_targets NAMESPACE enigma:: FILE enigma-targets.cmake DESTINATION "${ENIGMA_PACKAGE_DIR}")

configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/enigma-config.cmake.in"
                              "${PROJECT_BINARY_DIR}/enigma-config.cmake"
                              INSTALL_DESTINATION "${ENIGMA_PACKAGE_DIR}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/enigma-config-version.cmake"
                                 COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/enigma-config.cmake" "${PROJECT_BINARY_DIR}/enigma-config-version.cmake"
        DESTINATION "${ENIGMA_PACKAGE_DIR}")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
