#include "options.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "mpibert/core/strings.h"
#include "mpibert/core/suggest.h"

enum { MAX_OPTIONS = 32 };

/* `argument` is the name, or begins with the name and '='. */
static const mpb_option *find_option(const mpb_options *options, const char *argument)
{
    size_t length = strcspn(argument, "=");

    for (size_t i = 0; i < options->count; i++) {
        const char *name = options->items[i].name;

        if (strlen(name) == length && strncmp(name, argument, length) == 0) {
            return &options->items[i];
        }
    }
    return NULL;
}

static mpb_status refuse_option(const mpb_options *options, const char *argument)
{
    const char *names[MAX_OPTIONS];
    const char *meant;

    assert(options->count <= MAX_OPTIONS);
    for (size_t i = 0; i < options->count; i++) {
        names[i] = options->items[i].name;
    }
    meant = mpb_suggest(argument, names, options->count);
    if (meant != NULL) {
        return MPB_FAIL(MPB_ERR_CONFIG, "unknown option %s, did you mean %s? (command line)",
                        argument, meant);
    }
    return MPB_FAIL(MPB_ERR_CONFIG, "unknown option %s (command line)", argument);
}

/* Whether the option stands among the first `count` arguments: no value begins with "--". */
static bool is_repeated(const mpb_options *options, const mpb_option *option, char **argv,
                        int count)
{
    for (int i = 0; i < count; i++) {
        if (find_option(options, argv[i]) == option) {
            return true;
        }
    }
    return false;
}

/* Values are paths and names. */
static mpb_status check_line(const char *what, const char *value)
{
    MPB_REQUIRE(mpb_text_is_line(value), MPB_ERR_CONFIG,
                "%s is '%.200s', a name without line breaks and other control characters was "
                "expected (command line)",
                what, value);
    return MPB_OK;
}

static mpb_status take_option(const mpb_options *options, int argc, char **argv, int *at)
{
    const char *argument = argv[*at];
    const char *equals = strchr(argument, '=');
    const mpb_option *option = find_option(options, argument);

    if (option == NULL) {
        return refuse_option(options, argument);
    }
    MPB_REQUIRE(!is_repeated(options, option, argv, *at), MPB_ERR_CONFIG,
                "%s is given twice (command line)", option->name);
    if (option->flag != NULL) {
        MPB_REQUIRE(equals == NULL, MPB_ERR_CONFIG, "%s takes no value (command line)",
                    option->name);
        *option->flag = true;
        return MPB_OK;
    }
    if (equals == NULL) {
        (*at)++;
        MPB_REQUIRE(*at < argc && strncmp(argv[*at], "--", 2) != 0, MPB_ERR_CONFIG,
                    "%s needs a value (command line)", option->name);
    }
    *option->value = equals == NULL ? argv[*at] : equals + 1;
    MPB_REQUIRE((*option->value)[0] != '\0', MPB_ERR_CONFIG, "%s has an empty value (command line)",
                option->name);
    return check_line(option->name, *option->value);
}

static mpb_status take_argument(const mpb_options *options, const char *argument, size_t *taken)
{
    if (options->overrides != NULL && strchr(argument, '=') != NULL) {
        options->overrides[(*options->num_overrides)++] = argument;
        return MPB_OK;
    }
    MPB_REQUIRE(options->positional != NULL && (*taken == 0 || options->num_positionals != NULL),
                MPB_ERR_CONFIG, "unexpected argument '%.200s'%s (command line)", argument,
                options->overrides == NULL ? "" : ", options or section.key=value were expected");
    options->positional_value[(*taken)++] = argument;
    return check_line(options->positional, argument);
}

mpb_status mpb_options_parse(const mpb_options *options, int argc, char **argv)
{
    size_t taken = 0;

    for (int i = 0; i < argc; i++) {
        if (argv[i][0] == '-' && argv[i][1] != '\0') {
            MPB_TRY(take_option(options, argc, argv, &i));
        } else {
            MPB_TRY(take_argument(options, argv[i], &taken));
        }
    }
    if (options->num_positionals != NULL) {
        *options->num_positionals = taken;
    }
    return MPB_OK;
}

mpb_status mpb_option_integer(const char *name, const char *text, long min, long max, long *number)
{
    char *end;
    long value;

    errno = 0;
    value = strtol(text, &end, 10);
    MPB_REQUIRE(errno == 0 && end != text && *end == '\0' && value >= min && value <= max,
                MPB_ERR_CONFIG,
                "%s is '%.100s', a whole number from %ld to %ld was expected (command line)", name,
                text, min, max);
    *number = value;
    return MPB_OK;
}

/* Devices are no loss: a terminal may be both. */
static bool is_same_file(const char *a, const char *b)
{
    struct stat one, other;

    return stat(a, &one) == 0 && stat(b, &other) == 0 && S_ISREG(one.st_mode) &&
           one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

void mpb_option_leave_out_dash(const char **path)
{
    if (*path != NULL && strcmp(*path, "-") == 0) {
        *path = NULL;
    }
}

mpb_status mpb_option_check_output(const char *name, const char *input, const char *output)
{
    MPB_REQUIRE(input == NULL || output == NULL || !is_same_file(input, output), MPB_ERR_CONFIG,
                "--output is the file of %s, another one was expected (%s)", name, output);
    return MPB_OK;
}
