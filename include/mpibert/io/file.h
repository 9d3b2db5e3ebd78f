#pragma once

/* Whole files, folders, and replacement that survives a crash. Local functions.
 *
 * Reading a path that is missing or unreadable is MPB_ERR_DATA; failing to write is
 * MPB_ERR_SYSTEM. Messages name the path.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"

enum { MPB_PATH_SIZE = 4096 }; /* bytes of a path buffer, terminator included */

bool mpb_file_exists(const char *path);
bool mpb_file_is_directory(const char *path);

/* Appends the content of `path` to `content`. */
MPB_MUST_CHECK mpb_status mpb_file_read(const char *path, mpb_buffer *content);

/* Appends bytes [begin, begin + size) of `path` to `content`; a file that ends before is
 * MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_file_read_range(const char *path, uint64_t begin, size_t size,
                                              mpb_buffer *content);

/* Size in bytes. */
MPB_MUST_CHECK mpb_status mpb_file_size(const char *path, uint64_t *bytes);

/* Adds the names (not paths) of the entries of a folder in byte order, without dot files. */
MPB_MUST_CHECK mpb_status mpb_directory_list(const char *path, mpb_strings *names);

/* Adds the names of all files below a folder, those of a folder in it as "folder/name"; each folder's in
 * byte order, without dot files. A symbolic link counts as a file. */
MPB_MUST_CHECK mpb_status mpb_directory_list_files(const char *path, mpb_strings *names);

/* Makes `path` and its parents, like mkdir -p. */
MPB_MUST_CHECK mpb_status mpb_directory_create(const char *path);

/* Removes a file, or a folder with all it holds; a missing path is no error. */
MPB_MUST_CHECK mpb_status mpb_path_remove(const char *path);

/* Writes a file so that a reader sees the old content or the new one, never a part: written aside
 * to a file that is new, read back, synced, renamed, folder synced. A symbolic link is followed; a
 * device, pipe or socket is written to as it is. */
MPB_MUST_CHECK mpb_status mpb_file_replace(const char *path, const void *bytes, size_t size);

/* Borrowed bytes of a file. */
typedef struct mpb_file_piece {
    const void *bytes;
    size_t size;
} mpb_file_piece;

/* Likewise, its content being these pieces one after the other. */
MPB_MUST_CHECK mpb_status mpb_file_replace_pieces(const char *path, const mpb_file_piece *pieces,
                                                  size_t count);

/* Whether `name` is of a file that was being written beside its final place: what a killed process
 * leaves. */
bool mpb_file_is_unfinished(const char *name);

/* Appends bytes to a file, creating it (for logs of lines). */
MPB_MUST_CHECK mpb_status mpb_file_append(const char *path, const void *bytes, size_t size);

/* Likewise for a folder of our own naming: a symbolic link in its place is MPB_ERR_SYSTEM. */
MPB_MUST_CHECK mpb_status mpb_directory_claim(const char *path);

/* `aside` (caller's) = a new, empty folder beside `path`, where its future content is gathered;
 * what a killed process left there is removed. */
MPB_MUST_CHECK mpb_status mpb_directory_begin_aside(const char *path, char aside[MPB_PATH_SIZE]);

/* What stands in the name of such a folder, behind that of its future content. */
#define MPB_UNFINISHED_MARK ".partial"

/* Whether `name` is of such a folder. */
bool mpb_directory_is_unfinished(const char *name);

/* Makes a folder that was filled aside the final one: syncs every file in it, renames it, syncs the
 * parent. An older folder at `to` is at `from` then, for the caller to remove. */
MPB_MUST_CHECK mpb_status mpb_directory_publish(const char *from, const char *to);

/* Copies one file byte by byte. */
MPB_MUST_CHECK mpb_status mpb_file_copy(const char *from, const char *to);

/* `out` (caller's, `size` bytes) = "folder/name"; too long is MPB_ERR_SYSTEM. */
MPB_MUST_CHECK mpb_status mpb_path_join(const char *folder, const char *name, char *out,
                                        size_t size);
