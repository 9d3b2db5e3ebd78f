#include "mpibert/io/versions.h"

#include <curl/curl.h>
#include <hdf5.h>
#include <jansson.h>
#include <lzma.h>
#include <openssl/crypto.h>
#include <yaml.h>
#include <zip.h>
#include <zlib.h>

mpb_status mpb_io_versions(mpb_buffer *out)
{
    unsigned major = 0, minor = 0, release = 0;

    H5get_libversion(&major, &minor, &release);
    MPB_TRY(mpb_buffer_append_format(out, "HDF5 %u.%u.%u\n", major, minor, release));
    MPB_TRY(mpb_buffer_append_format(out, "libyaml %s\n", yaml_get_version_string()));
    MPB_TRY(mpb_buffer_append_format(out, "Jansson %s\n", jansson_version_str()));
    MPB_TRY(
        mpb_buffer_append_format(out, "libcurl %s\n", curl_version_info(CURLVERSION_NOW)->version));
    MPB_TRY(mpb_buffer_append_format(out, "libzip %s\n", zip_libzip_version()));
    MPB_TRY(mpb_buffer_append_format(out, "zlib %s\n", zlibVersion()));
    MPB_TRY(mpb_buffer_append_format(out, "liblzma %s\n", lzma_version_string()));
    return mpb_buffer_append_format(out, "%s\n", OpenSSL_version(OPENSSL_VERSION));
}
