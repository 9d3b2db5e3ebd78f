#define _GNU_SOURCE /* renameat2 */

#include "mpibert/io/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aside.h"

enum {
    NEW_FOLDER_MODE = 0777, /* the umask takes away from it */
    MAX_NAMES = 1000        /* tried beside a path */
};

static bool is_self_or_parent(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static mpb_status collect(DIR *folder, const char *path, bool dot_files, mpb_strings *names)
{
    for (;;) {
        const struct dirent *entry;

        errno = 0;
        entry = readdir(folder);
        if (entry == NULL) {
            MPB_REQUIRE(errno == 0, MPB_ERR_DATA, "cannot read the folder: %s (%s)",
                        strerror(errno), path);
            return MPB_OK;
        }
        if (is_self_or_parent(entry->d_name) || (entry->d_name[0] == '.' && !dot_files)) {
            continue;
        }
        MPB_TRY(mpb_strings_add(names, entry->d_name, strlen(entry->d_name)));
    }
}

/* `names` starts as {0} and is sorted. */
static mpb_status list(const char *path, bool dot_files, mpb_strings *names)
{
    DIR *folder = opendir(path);
    mpb_status status;

    MPB_REQUIRE(folder != NULL, MPB_ERR_DATA, "cannot open the folder: %s (%s)", strerror(errno),
                path);
    status = collect(folder, path, dot_files, names);
    closedir(folder);
    if (status != MPB_OK) {
        mpb_strings_clear(names);
        return status;
    }
    mpb_strings_sort(names);
    return MPB_OK;
}

mpb_status mpb_directory_list(const char *path, mpb_strings *names)
{
    mpb_strings found = {0};
    size_t before = names->count;
    mpb_status status;

    MPB_TRY(list(path, false, &found));
    status = MPB_OK;
    for (size_t i = 0; status == MPB_OK && i < found.count; i++) {
        status = mpb_strings_add(names, found.items[i], strlen(found.items[i]));
    }
    mpb_strings_clear(&found);
    if (status != MPB_OK && before == 0) {
        mpb_strings_clear(names);
    }
    return status;
}

static bool is_real_directory(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* `before` stands before the names: what leads from the folder that was asked for to `path`. */
static mpb_status list_files(const char *path, const char *before, mpb_strings *names)
{
    mpb_strings found = {0};
    mpb_status status = list(path, false, &found);

    for (size_t i = 0; status == MPB_OK && i < found.count; i++) {
        char inner[MPB_PATH_SIZE];
        char name[MPB_PATH_SIZE];

        status = mpb_path_join(path, found.items[i], inner, sizeof(inner));
        if (status == MPB_OK) {
            status = mpb_path_join(before, found.items[i], name, sizeof(name));
        }
        if (status == MPB_OK) {
            status = is_real_directory(inner) ? list_files(inner, name, names)
                                              : mpb_strings_add(names, name, strlen(name));
        }
    }
    mpb_strings_clear(&found);
    return status;
}

mpb_status mpb_directory_list_files(const char *path, mpb_strings *names)
{
    return list_files(path, "", names);
}

static mpb_status make_one(const char *path)
{
    if (mkdir(path, NEW_FOLDER_MODE) == 0 || (errno == EEXIST && mpb_file_is_directory(path))) {
        return MPB_OK;
    }
    return MPB_FAIL(MPB_ERR_SYSTEM, "cannot create the folder: %s (%s)", strerror(errno), path);
}

mpb_status mpb_directory_create(const char *path)
{
    char part[MPB_PATH_SIZE];
    size_t length = strlen(path);

    MPB_REQUIRE(length > 0 && length < sizeof(part), MPB_ERR_SYSTEM,
                "a path of 1 to %d bytes was expected, %zu were found (%s)", MPB_PATH_SIZE - 1,
                length, path);
    for (size_t i = 1; i < length; i++) {
        if (path[i] == '/' && path[i - 1] != '/') {
            memcpy(part, path, i);
            part[i] = '\0';
            MPB_TRY(make_one(part));
        }
    }
    return make_one(path);
}

mpb_status mpb_directory_claim(const char *path)
{
    MPB_TRY(mpb_directory_create(path));
    MPB_REQUIRE(is_real_directory(path), MPB_ERR_SYSTEM,
                "a symbolic link stands where a temporary folder goes, nothing or a folder was "
                "expected; remove it (%s)",
                path);
    return MPB_OK;
}

static mpb_status create_parent(const char *path)
{
    char parent[MPB_PATH_SIZE];
    const char *slash = strrchr(path, '/');

    if (slash == NULL || slash == path) {
        return MPB_OK;
    }
    snprintf(parent, sizeof(parent), "%.*s", (int)(slash - path), path);
    return mpb_directory_create(parent);
}

mpb_status mpb_directory_begin_aside(const char *path, char aside[MPB_PATH_SIZE])
{
    MPB_TRY(create_parent(path));
    for (int i = 0; i < MAX_NAMES; i++) {
        int length = i == 0
                         ? snprintf(aside, MPB_PATH_SIZE, "%s%s", path, MPB_UNFINISHED_MARK)
                         : snprintf(aside, MPB_PATH_SIZE, "%s%s-%d", path, MPB_UNFINISHED_MARK, i);

        MPB_REQUIRE(length >= 0 && length < MPB_PATH_SIZE, MPB_ERR_SYSTEM, "path is too long (%s)",
                    path);
        (void)!mpb_path_remove(aside); /* what stays keeps its name */
        if (mkdir(aside, NEW_FOLDER_MODE) == 0) {
            return MPB_OK;
        }
        MPB_REQUIRE(errno == EEXIST, MPB_ERR_SYSTEM, "cannot create the folder: %s (%s)",
                    strerror(errno), aside);
    }
    return MPB_FAIL(MPB_ERR_SYSTEM, "%d unfinished folders stand beside it (%s)", MAX_NAMES, path);
}

bool mpb_directory_is_unfinished(const char *name)
{
    return strstr(name, MPB_UNFINISHED_MARK) != NULL;
}

/* Gives each entry of a folder to `visit`. */
static mpb_status for_each_entry(const char *path, mpb_status (*visit)(const char *path))
{
    mpb_strings names = {0};
    mpb_status status;

    MPB_TRY(list(path, true, &names));
    status = MPB_OK;
    for (size_t i = 0; status == MPB_OK && i < names.count; i++) {
        char entry[MPB_PATH_SIZE];

        status = mpb_path_join(path, names.items[i], entry, sizeof(entry));
        if (status == MPB_OK) {
            status = visit(entry);
        }
    }
    mpb_strings_clear(&names);
    return status;
}

mpb_status mpb_path_remove(const char *path)
{
    struct stat info;
    int failure;

    if (lstat(path, &info) != 0) {
        MPB_REQUIRE(errno == ENOENT, MPB_ERR_SYSTEM, "cannot remove: %s (%s)", strerror(errno),
                    path);
        return MPB_OK;
    }
    if (S_ISDIR(info.st_mode)) {
        MPB_TRY(for_each_entry(path, mpb_path_remove));
    }
    failure = S_ISDIR(info.st_mode) ? rmdir(path) : unlink(path);
    MPB_REQUIRE(failure == 0 || errno == ENOENT, MPB_ERR_SYSTEM, "cannot remove: %s (%s)",
                strerror(errno), path);
    return MPB_OK;
}

static mpb_status sync_tree(const char *path)
{
    struct stat info;

    MPB_REQUIRE(lstat(path, &info) == 0, MPB_ERR_SYSTEM, "cannot sync: %s (%s)", strerror(errno),
                path);
    if (S_ISDIR(info.st_mode)) {
        MPB_TRY(for_each_entry(path, sync_tree));
    }
    return S_ISREG(info.st_mode) || S_ISDIR(info.st_mode) ? mpb_path_sync(path) : MPB_OK;
}

/* Where the file system cannot exchange two names at once, the old folder steps aside for the
 * moment between two renames, and back if the second one fails. */
static mpb_status replace_in_two_steps(const char *from, const char *to)
{
    char old[MPB_PATH_SIZE];
    int length = snprintf(old, sizeof(old), "%s.old-%ld", to, (long)getpid());

    MPB_REQUIRE(length >= 0 && (size_t)length < sizeof(old), MPB_ERR_SYSTEM,
                "path is too long (%s)", to);
    MPB_REQUIRE(rename(to, old) == 0, MPB_ERR_SYSTEM, "cannot rename to %s: %s (%s)", old,
                strerror(errno), to);
    if (rename(from, to) != 0) {
        int failure = errno;

        MPB_REQUIRE(rename(old, to) == 0, MPB_ERR_SYSTEM,
                    "cannot rename: %s; the older folder is now %s (%s)", strerror(failure), old,
                    to);
        return MPB_FAIL(MPB_ERR_SYSTEM, "cannot rename %s: %s (%s)", from, strerror(failure), to);
    }
    MPB_REQUIRE(rename(old, from) == 0, MPB_ERR_SYSTEM, "cannot rename %s: %s (%s)", old,
                strerror(errno), from);
    return mpb_parent_sync(to);
}

static mpb_status replace_folder(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE) == 0) {
        return mpb_parent_sync(to);
    }
    MPB_REQUIRE(errno == EINVAL || errno == ENOSYS || errno == ENOTSUP, MPB_ERR_SYSTEM,
                "cannot rename %s: %s (%s)", from, strerror(errno), to);
    return replace_in_two_steps(from, to);
}

mpb_status mpb_directory_publish(const char *from, const char *to)
{
    char target[MPB_PATH_SIZE];
    size_t length = strlen(to);

    while (length > 1 && to[length - 1] == '/') {
        length--;
    }
    MPB_REQUIRE(length < sizeof(target), MPB_ERR_SYSTEM, "path is too long (%s)", to);
    memcpy(target, to, length);
    target[length] = '\0';
    MPB_REQUIRE(mpb_file_is_directory(from), MPB_ERR_SYSTEM, "no folder to publish (%s)", from);
    MPB_TRY(sync_tree(from));
    if (mpb_file_exists(target)) {
        return replace_folder(from, target);
    }
    MPB_REQUIRE(rename(from, target) == 0, MPB_ERR_SYSTEM, "cannot rename %s: %s (%s)", from,
                strerror(errno), target);
    return mpb_parent_sync(target);
}
