# One static library a module: the link line is the dependency rule.

set(MPB_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wmissing-prototypes
                 -Wstrict-prototypes)
if(MPB_WERROR)
  list(APPEND MPB_WARNINGS -Werror)
endif()
if(MPB_SANITIZE)
  add_compile_options(-fsanitize=${MPB_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MPB_SANITIZE})
endif()

# SOURCES compile for the baseline; ISA_SOURCES once for each instruction set, with MPB_ISA naming
# it (see include/mpibert/math/isa.h).
function(mpb_add_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;ISA_SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(mpb_${name} STATIC ${ARG_SOURCES})
  mpb_configure_target(mpb_${name})
  target_link_libraries(mpb_${name} PUBLIC ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE_DEPENDS})
  if(ARG_ISA_SOURCES)
    mpb_add_isa(${name} plain "" "${ARG_ISA_SOURCES}" "${ARG_DEPENDS}")
    mpb_add_isa(${name} avx2 "-march=x86-64-v3" "${ARG_ISA_SOURCES}" "${ARG_DEPENDS}")
    mpb_add_isa(${name} avx512 "-march=x86-64-v4;-mprefer-vector-width=512" "${ARG_ISA_SOURCES}"
                "${ARG_DEPENDS}")
  endif()
endfunction()

function(mpb_configure_target target)
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/include)
  target_compile_definitions(${target} PRIVATE _POSIX_C_SOURCE=200809L _DEFAULT_SOURCE)
  target_compile_options(${target} PRIVATE ${MPB_WARNINGS})
endfunction()

# -fopenmp-simd and the relaxed flags let plain loops become vector code: sums may be regrouped,
# but infinities and NaN keep their meaning.
function(mpb_add_isa module isa flags sources depends)
  set(object mpb_${module}_${isa})
  add_library(${object} OBJECT ${sources})
  mpb_configure_target(${object})
  target_compile_definitions(${object} PRIVATE MPB_ISA=${isa})
  target_compile_options(${object} PRIVATE ${flags} -O3 -fopenmp-simd -fno-math-errno
                         -fno-trapping-math -fno-signed-zeros -fassociative-math)
  target_link_libraries(${object} PRIVATE ${depends})
  target_sources(mpb_${module} PRIVATE $<TARGET_OBJECTS:${object}>)
endfunction()

# All tests that run on several ranks, which CTest labels "ranks".
add_custom_target(rank_tests)

# A test links only the module that it tests (and what USES names), so a forbidden dependency does
# not link; it sees the module's private headers. RANKS runs it under MPI on each of these numbers of ranks.
function(mpb_add_test module object)
  cmake_parse_arguments(ARG "" "TIMEOUT" "RANKS;USES" ${ARGN})
  set(target test_${module}_${object})
  set(name ${module}.${object})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${target} ${PROJECT_SOURCE_DIR}/tests/${module}/test_${object}.c)
  mpb_configure_target(${target})
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests
                             ${PROJECT_SOURCE_DIR}/src/${module})
  target_link_libraries(${target} PRIVATE mpb_${module} ${ARG_USES} m)
  if(NOT ARG_RANKS)
    add_test(NAME ${name} COMMAND ${target})
    mpb_test_properties(${name} ${module} ${ARG_TIMEOUT})
    if(MPB_SANITIZE) # The preset's slow walk along stacks finds leaks of MPI, which does not run here.
      set_property(TEST ${name} APPEND PROPERTY ENVIRONMENT "ASAN_OPTIONS=")
    endif()
    return()
  endif()
  if(MPB_SANITIZE)
    target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests/keep_plugins.c)
  endif()
  add_dependencies(rank_tests ${target})
  foreach(n IN LISTS ARG_RANKS)
    add_test(NAME ${name}.n${n} COMMAND ${MPB_MPIRUN} -n ${n} $<TARGET_FILE:${target}>)
    mpb_test_properties(${name}.n${n} "${module};ranks" ${ARG_TIMEOUT})
    set_property(TEST ${name}.n${n} PROPERTY RESOURCE_LOCK mpi)
  endforeach()
endfunction()

# An end-to-end test: tests/<folder>/<script>.sh gets the program's path; exit 77 means skipped. They
# take turns; one that mostly WAITS takes turns with its like only, beside the others, and one that
# starts no ranks, but single processes ALONE, with nobody. A script that is several tests, by its ARGS,
# gives each a NAME.
function(mpb_add_script_test folder script)
  cmake_parse_arguments(ARG "WAITS;ALONE" "TIMEOUT;NAME" "ARGS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  set(lane mpi)
  if(ARG_WAITS)
    set(lane waits)
  endif()
  set(name ${folder}.${script})
  if(ARG_NAME)
    set(name ${folder}.${ARG_NAME})
  endif()
  add_test(NAME ${name} COMMAND ${PROJECT_SOURCE_DIR}/tests/${folder}/${script}.sh
           $<TARGET_FILE:mpibert> ${ARG_ARGS})
  mpb_test_properties(${name} ${folder} ${ARG_TIMEOUT})
  if(NOT ARG_ALONE)
    set_property(TEST ${name} PROPERTY RESOURCE_LOCK ${lane})
  endif()
endfunction()

function(mpb_test_properties name label timeout)
  list(JOIN MPB_MPIRUN " " mpirun)
  set_tests_properties(${name} PROPERTIES LABELS "${label}" TIMEOUT ${timeout}
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    SKIP_RETURN_CODE 77
    ENVIRONMENT "OMPI_ALLOW_RUN_AS_ROOT=1;OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1;MPIBERT_BUILD=${PROJECT_BINARY_DIR};MPIBERT_MPIRUN=${mpirun}")
endfunction()
