# Every outside library becomes one target, and cmake/modules.cmake links each to the one module
# that owns it.

find_package(MPI REQUIRED COMPONENTS C)
find_package(Threads REQUIRED)
# How tests start more ranks than there are cores: Open MPI wants to be asked, Hydra (MPICH) does not.
execute_process(COMMAND ${MPIEXEC_EXECUTABLE} --version OUTPUT_VARIABLE mpiexec_version ERROR_QUIET)
set(MPB_MPIRUN ${MPIEXEC_EXECUTABLE} --bind-to none)
if(mpiexec_version MATCHES "Open MPI|OpenRTE")
  list(INSERT MPB_MPIRUN 1 --oversubscribe)
else()
  # MPI_STATUSES_IGNORE of MPICH is the address 1, which gcc takes for a very small array.
  set_property(TARGET MPI::MPI_C APPEND PROPERTY INTERFACE_COMPILE_OPTIONS -Wno-stringop-overflow)
endif()

find_package(PkgConfig REQUIRED)

function(mpb_pkg_target target)
  pkg_check_modules(${target} REQUIRED IMPORTED_TARGET ${ARGN})
  add_library(${target} INTERFACE)
  target_link_libraries(${target} INTERFACE PkgConfig::${target})
endfunction()

mpb_pkg_target(mpb_yaml yaml-0.1)
mpb_pkg_target(mpb_jansson jansson>=2.12)
mpb_pkg_target(mpb_crypto libcrypto)
mpb_pkg_target(mpb_curl libcurl)
mpb_pkg_target(mpb_zip libzip)
mpb_pkg_target(mpb_zlib zlib)
mpb_pkg_target(mpb_lzma liblzma)
mpb_pkg_target(mpb_utf8proc libutf8proc)

# The serial HDF5: each rank reads and writes files of its own.
set(HDF5_PREFER_PARALLEL OFF)
find_package(HDF5 REQUIRED COMPONENTS C)
add_library(mpb_hdf5 INTERFACE)
target_include_directories(mpb_hdf5 SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
target_link_libraries(mpb_hdf5 INTERFACE ${HDF5_C_LIBRARIES})

# What follows is for math, which fuzzers do without.
if(MPB_FUZZ)
  return()
endif()

# OpenBLAS unless -DBLA_VENDOR=... names another library with the C interface.
if(NOT BLA_VENDOR)
  set(BLA_VENDOR OpenBLAS)
endif()
find_package(BLAS REQUIRED)
find_package(LAPACK REQUIRED) # of the same library: OpenBLAS holds it
find_path(CBLAS_INCLUDE_DIR cblas.h PATH_SUFFIXES openblas-openmp openblas-pthread openblas REQUIRED)
add_library(mpb_cblas INTERFACE)
target_include_directories(mpb_cblas SYSTEM INTERFACE ${CBLAS_INCLUDE_DIR})
target_link_libraries(mpb_cblas INTERFACE LAPACK::LAPACK BLAS::BLAS)
include(CheckSymbolExists)
set(CMAKE_REQUIRED_INCLUDES ${CBLAS_INCLUDE_DIR})
set(CMAKE_REQUIRED_LIBRARIES BLAS::BLAS)
check_symbol_exists(openblas_get_corename cblas.h MPB_HAVE_OPENBLAS)
unset(CMAKE_REQUIRED_INCLUDES)
unset(CMAKE_REQUIRED_LIBRARIES)
