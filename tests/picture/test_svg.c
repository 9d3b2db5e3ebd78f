/* Pictures hold any text as text, and numbers of any size within their frame. */

#include "mpibert/picture/svg.h"

#include "check.h"
#include "mpibert/picture/heat_map.h"
#include "mpibert/picture/scatter.h"

static void check_escaped(const char *text, size_t most, const char *want)
{
    mpb_buffer svg = {0};

    CHECK_OK(mpb_svg_escape(&svg, text, most));
    CHECK_TEXT(svg.size == 0 ? "" : svg.data, want);
    mpb_buffer_clear(&svg);
}

/* As XML 1.0 has it: markup escaped, no control characters, no U+FFFE. */
static void texts_are_texts(void)
{
    check_escaped("<a href=\"b\">&amp;</a>", 0, "&lt;a href=&quot;b&quot;&gt;&amp;amp;&lt;/a&gt;");
    check_escaped("]]><!--", 0, "]]&gt;&lt;!--");
    check_escaped("a\tb\nc\rd", 0, "a b c d");
    check_escaped("\x01\x1B[1m\x7F\xC2\x85\xEF\xBF\xBE", 0,
                  "\xEF\xBF\xBD\xEF\xBF\xBD[1m\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    check_escaped("\xFF\xC3", 0, "\xEF\xBF\xBD\xEF\xBF\xBD");
    check_escaped("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", 0,
                  "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
    check_escaped("", 0, "");
}

static void long_texts_are_cut_between_characters(void)
{
    check_escaped("\xC3\xA9\xC3\xA9\xC3\xA9", 2, "\xC3\xA9\xC3\xA9...");
    check_escaped("\xC3\xA9\xC3\xA9", 2, "\xC3\xA9\xC3\xA9");
    check_escaped("<<<", 1, "&lt;...");
}

/* How often `part` is there. */
static int count(const mpb_buffer *svg, const char *part)
{
    int found = 0;

    for (const char *at = svg->data; (at = strstr(at, part)) != NULL; at++) {
        found++;
    }
    return found;
}

static void a_heat_map_has_a_cell_a_pair(void)
{
    char *labels[] = {"a", "<b>", "c"};
    const double values[] = {1.0, 0.5, -0.5, 0.5, 1.0, 0.0, -0.5, 0.0, 1.0};
    const mpb_heat_map map = {.title = "t", .count = 3, .labels = labels, .values = values};
    mpb_buffer svg = {0};

    CHECK_OK(mpb_heat_map_draw(&map, &svg));
    CHECK(count(&svg, "width=\"64.0\" height=\"64.0\"") == 9);
    CHECK(count(&svg, "fill=\"#fee838\"") == 3); /* the largest, on the diagonal: cividis' end */
    CHECK(count(&svg, "fill=\"#00224e\"") == 2); /* the least: its beginning */
    CHECK(count(&svg, "&lt;b&gt;") == 2 && count(&svg, "<b>") == 0);
    mpb_buffer_clear(&svg);
}

static void check_scatter(size_t num, const double *points, int num_labels)
{
    char *labels[] = {"first", "second", "third"};
    const mpb_scatter scatter = {.title = "t",
                                 .x_title = "x",
                                 .y_title = "y",
                                 .count = num,
                                 .labels = labels,
                                 .points = points,
                                 .stride = 2};
    mpb_buffer svg = {0};

    CHECK_OK(mpb_scatter_draw(&scatter, &svg));
    CHECK(count(&svg, "<circle") == (int)num);
    CHECK(count(&svg, "class=\"label\"") == num_labels);
    CHECK(count(&svg, "nan") == 0 && count(&svg, "inf") == 0);
    CHECK(svg.size < 20000);
    mpb_buffer_clear(&svg);
}

/* Points that are alike, tiny or huge; labels beside their points, four at most around one place.
 * */
static void points_lie_within_the_frame(void)
{
    check_scatter(3, (const double[]){-4.0, 1.0, 2.0, 0.5, 3.0, -2.0}, 3);
    check_scatter(3, (const double[]){1.0, 1.0, 1.0, 1.0, 1.0, 1.0}, 3);
    check_scatter(2, (const double[]){1e-30, 0.0, 2e-30, 1e30}, 2);
    check_scatter(1, (const double[]){0.0, 0.0}, 1);
}

int main(void)
{
    texts_are_texts();
    long_texts_are_cut_between_characters();
    a_heat_map_has_a_cell_a_pair();
    points_lie_within_the_frame();
    return 0;
}
