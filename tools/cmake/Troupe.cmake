# The build rules of the project: one target per folder, which sees only the folders it links.
include_guard()

find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json system)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(NGHTTP2 REQUIRED IMPORTED_TARGET libnghttp2)

# Debian ships CAF and RocksDB without usable CMake configs for our purpose.
find_path(CAF_INCLUDE caf/actor_system.hpp REQUIRED)
add_library(troupe_caf INTERFACE)
target_include_directories(troupe_caf SYSTEM INTERFACE ${CAF_INCLUDE})
target_link_libraries(troupe_caf INTERFACE caf_core caf_io Threads::Threads)
find_library(ROCKSDB_LIBRARY rocksdb REQUIRED)
add_library(troupe_rocksdb INTERFACE)
target_link_libraries(troupe_rocksdb INTERFACE ${ROCKSDB_LIBRARY})

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${CCACHE_PROGRAM})
endif()
find_program(MOLD_PROGRAM mold)
find_program(LLD_PROGRAM ld.lld)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
elseif(LLD_PROGRAM)
  add_link_options(-fuse-ld=lld)
endif()

# Flags common to all targets. A precompiled header is only used by targets with the same flags.
add_library(troupe_flags INTERFACE)
target_link_options(troupe_flags INTERFACE -Wl,--as-needed)
target_compile_options(troupe_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wno-missing-field-initializers -Werror)
target_compile_definitions(troupe_flags INTERFACE
  BOOST_ALL_NO_LIB BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
  $<TARGET_PROPERTY:spdlog::spdlog,INTERFACE_COMPILE_DEFINITIONS>
  $<TARGET_PROPERTY:fmt::fmt,INTERFACE_COMPILE_DEFINITIONS>
  $<TARGET_PROPERTY:Boost::json,INTERFACE_COMPILE_DEFINITIONS>
  $<TARGET_PROPERTY:Boost::system,INTERFACE_COMPILE_DEFINITIONS>
  BOOST_CONTAINER_DYN_LINK BOOST_CONTAINER_NO_LIB)
# GCC 12 sees errors in inlined standard strings and optionals that are not there (its bugs 105329 and 105562).
if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug" OR TROUPE_SANITIZE)
  target_compile_options(troupe_flags INTERFACE -Wno-maybe-uninitialized -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
endif()
if(CCACHE_PROGRAM)
  target_compile_options(troupe_flags INTERFACE -fpch-preprocess)
endif()
if(TROUPE_SANITIZE)
  target_compile_options(troupe_flags INTERFACE -fsanitize=${TROUPE_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(troupe_flags INTERFACE -fsanitize=${TROUPE_SANITIZE})
endif()

# What tests are written in is compiled once and runs once: optimizing it costs more than it gains.
set(TROUPE_TEST_OPTIONS $<$<CONFIG:Release>:-O0>)

function(_troupe_pch target header)
  file(WRITE ${CMAKE_BINARY_DIR}/pch/${target}.cpp.in "")
  file(COPY_FILE ${CMAKE_BINARY_DIR}/pch/${target}.cpp.in ${CMAKE_BINARY_DIR}/pch/${target}.cpp ONLY_IF_DIFFERENT)
  add_library(${target} OBJECT ${CMAKE_BINARY_DIR}/pch/${target}.cpp)
  target_link_libraries(${target} PRIVATE troupe_flags troupe_caf Boost::json fmt::fmt spdlog::spdlog)
  target_precompile_headers(${target} PRIVATE ${header})
endfunction()
if(TROUPE_PCH)
  _troupe_pch(troupe_pch_pure ${CMAKE_SOURCE_DIR}/tools/cmake/pch_pure.hpp)
  _troupe_pch(troupe_pch_actor ${CMAKE_SOURCE_DIR}/tools/cmake/pch_actor.hpp)
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    _troupe_pch(troupe_pch_glue ${CMAKE_SOURCE_DIR}/tools/cmake/pch_actor.hpp)
    target_compile_options(troupe_pch_glue PRIVATE -O1)
  endif()
  if(TROUPE_TESTS)
    find_package(GTest REQUIRED)
    _troupe_pch(troupe_pch_test_pure ${CMAKE_SOURCE_DIR}/tools/cmake/pch_test_pure.hpp)
    _troupe_pch(troupe_pch_test_actor ${CMAKE_SOURCE_DIR}/tools/cmake/pch_test_actor.hpp)
    # For the flags that its users are compiled with.
    target_link_libraries(troupe_pch_test_pure PRIVATE GTest::gmock)
    target_link_libraries(troupe_pch_test_actor PRIVATE GTest::gmock)
    foreach(pch troupe_pch_test_pure troupe_pch_test_actor)
      target_compile_options(${pch} PRIVATE ${TROUPE_TEST_OPTIONS})
    endforeach()
  endif()
endif()

# The include root of a target holds nothing but the target's own folder, so that including a header
# of a folder that is not linked fails to compile.
function(_troupe_include_root target)
  file(RELATIVE_PATH rel ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  set(root ${CMAKE_BINARY_DIR}/include/${target})
  get_filename_component(parent ${root}/${rel} DIRECTORY)
  file(MAKE_DIRECTORY ${parent})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${root}/${rel} SYMBOLIC)
  target_include_directories(${target} PUBLIC ${root})
endfunction()

# PCH glue: an actor that hands work to others and waits. Two thirds of the time that CAF's templates cost the compiler
# is optimization, which such code does not need.
# troupe_library(NAME policies_api PCH pure|actor|glue|none SOURCES a.cpp… LINKS PUBLIC-deps… PRIVATE_LINKS deps…)
function(troupe_library)
  cmake_parse_arguments(ARG "" "NAME;PCH" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(${ARG_NAME} STATIC ${ARG_SOURCES})
  _troupe_include_root(${ARG_NAME})
  target_link_libraries(${ARG_NAME} PRIVATE troupe_flags PUBLIC ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS})
  if(TROUPE_PCH AND NOT ARG_PCH STREQUAL "none")
    if(NOT ARG_PCH)
      set(ARG_PCH pure)
    endif()
    if(ARG_PCH STREQUAL "glue" AND CMAKE_BUILD_TYPE STREQUAL "Release")
      target_compile_options(${ARG_NAME} PRIVATE -O1)
    elseif(ARG_PCH STREQUAL "glue")
      set(ARG_PCH actor)
    endif()
    target_precompile_headers(${ARG_NAME} REUSE_FROM troupe_pch_${ARG_PCH})
  endif()
endfunction()

# troupe_test(NAME policies_api_test PCH … SOURCES … LINKS … LABELS unit)
# One Google Test program per folder of tests; ctest runs it as one entry, tests/run counts its cases.
function(troupe_test)
  cmake_parse_arguments(ARG "" "NAME;PCH;TIMEOUT" "SOURCES;LINKS;LABELS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  _troupe_include_root(${ARG_NAME})
  target_link_libraries(${ARG_NAME} PRIVATE troupe_flags ${ARG_LINKS} GTest::gmock GTest::gtest_main)
  target_compile_options(${ARG_NAME} PRIVATE ${TROUPE_TEST_OPTIONS})
  target_compile_definitions(${ARG_NAME} PRIVATE TROUPE_TEST_DATA="${CMAKE_SOURCE_DIR}/tests/data")
  if(TROUPE_PCH AND NOT ARG_PCH STREQUAL "none")
    if(NOT ARG_PCH)
      set(ARG_PCH pure)
    endif()
    target_precompile_headers(${ARG_NAME} REUSE_FROM troupe_pch_test_${ARG_PCH})
  endif()
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME} --gtest_brief=1
           --gtest_output=json:${CMAKE_BINARY_DIR}/test-results/${ARG_NAME}.json)
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  foreach(label ${ARG_LABELS})
    add_dependencies(tests_${label} ${ARG_NAME})
  endforeach()
  if(ARG_NAME IN_LIST TROUPE_THREADED)
    list(APPEND ARG_LABELS threaded)
    add_dependencies(tests_threaded ${ARG_NAME})
  endif()
  set_tests_properties(${ARG_NAME} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT}
    ENVIRONMENT "UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:suppressions=${CMAKE_SOURCE_DIR}/tests/support/ubsan.supp;TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/support/tsan.supp")
endfunction()

# The include root of a folder that has headers only.
function(_troupe_interface_root target)
  file(RELATIVE_PATH rel ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  set(root ${CMAKE_BINARY_DIR}/include/${target})
  get_filename_component(parent ${root}/${rel} DIRECTORY)
  file(MAKE_DIRECTORY ${parent})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${root}/${rel} SYMBOLIC)
  target_include_directories(${target} INTERFACE ${root})
endfunction()
